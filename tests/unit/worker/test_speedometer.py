"""How fast a consumer is, by a clock that is set."""

import contextlib

from stt.domain.jobs.line import Kind
from stt.worker.speedometer import Speedometer

BASE, SMALL = Kind("base", ""), Kind("small", "")


def test_time_is_shared_out_among_what_is_in_hand():
    clock = [100.0]
    speedometer = Speedometer(lambda: clock[0])
    clock[0] += 50  # nothing to do
    with speedometer.transcribing(BASE, 60.0):
        clock[0] += 4
        with speedometer.transcribing(SMALL, 30.0):
            clock[0] += 6
    clock[0] += 50
    assert speedometer.take() == {BASE: (60.0, 7.0), SMALL: (30.0, 3.0)}
    assert speedometer.take() == {}


def test_what_is_still_in_hand_counts_as_it_goes_on_and_what_fails_has_done_nothing():
    clock = [0.0]
    speedometer = Speedometer(lambda: clock[0])
    with contextlib.suppress(ZeroDivisionError), speedometer.transcribing(BASE, 60.0):
        clock[0] += 4
        assert speedometer.take() == {BASE: (0.0, 4.0)}
        clock[0] += 1
        clock[0] /= 0
    assert speedometer.take() == {BASE: (0.0, 1.0)}
