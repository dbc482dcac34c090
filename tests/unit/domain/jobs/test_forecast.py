"""What forecasts say, and when they say nothing."""

import random

import pytest

from stt.domain.jobs.forecast import Forecast, Measured, Outcome, Outlook, bounds_of, deployment_speed
from stt.domain.jobs.line import InLine, Kind, Phase

DEMO = Kind("demo", "")


def outcomes(count, estimated=60.0, phase=Phase.CUT):
    return [Outcome(phase, estimated, estimated * (1 + number / 10)) for number in range(count)]


def test_eight_outcomes_say_nothing_and_nine_name_the_highest():
    assert bounds_of(60.0, Phase.CUT, outcomes(8)) is None
    assert bounds_of(60.0, Phase.CUT, outcomes(9)) == pytest.approx((60 * 1.4, 60 * 1.8))
    assert bounds_of(60.0, Phase.BEGUN, outcomes(9)) is None


def test_estimates_that_are_far_away_say_nothing():
    assert bounds_of(60.0, Phase.CUT, outcomes(40, estimated=500.0)) is None
    assert bounds_of(60.0, Phase.CUT, outcomes(40, estimated=400.0)) is not None
    assert bounds_of(float("inf"), Phase.CUT, outcomes(40)) is None


def test_the_nearest_estimates_count():
    late = [Outcome(Phase.CUT, 300.0, 3000.0)] * 100
    assert bounds_of(60.0, Phase.CUT, [*late, *outcomes(40)])[1] < 60 * 5


def test_nine_of_ten_stay_within_what_is_told():
    draw = random.Random(5)
    known = [Outcome(Phase.CUT, 60.0, 60.0 * draw.lognormvariate(0.4, 0.5)) for _ in range(40)]
    kept = [0, 0]
    for _ in range(3000):
        bounds = bounds_of(60.0, Phase.CUT, known)
        took = 60.0 * draw.lognormvariate(0.4, 0.5)
        kept = [count + (took <= bound) for count, bound in zip(kept, bounds, strict=True)]
        known = [*known[1:], Outcome(Phase.CUT, 60.0, took)]
    assert kept[0] / 3000 == pytest.approx(0.5, abs=0.04)
    assert kept[1] / 3000 == pytest.approx(0.9, abs=0.025)


def test_the_speed_is_that_of_as_many_consumers_or_of_the_nearest_number():
    measured = [Measured(1, 200.0, 10.0), Measured(4, 150.0, 10.0)]
    assert deployment_speed(measured, 1) == 20.0
    assert deployment_speed(measured, 4) == 60.0
    assert deployment_speed(measured, 3) == 45.0
    assert (
        deployment_speed([], 1) is deployment_speed(measured, 0) is deployment_speed([Measured(1, 5, 0.5)], 1) is None
    )


def test_a_place_in_line_is_told_before_anything_is_measured():
    line = [InLine("a", DEMO, 0.0, 60.0, 1, 1), InLine("b", DEMO, 1.0, 60.0, 1, 1)]
    outlook = Outlook(line, {}, outcomes(40))
    assert outlook.forecast("b") == Forecast(2)
    assert outlook.forecast("c") is None
    told = Outlook(line, {DEMO: 2.0}, outcomes(40)).forecast("b")
    assert (told.position, told.p50) == (2, pytest.approx(60 * 3.0))
