import numpy as np
import pytest

from benchmarks.speakers.conversation import Turn
from benchmarks.speakers.scoring import errors, matched
from benchmarks.speakers.words import wrong_words

TRUTH = [Turn(0.0, 10.0, "a"), Turn(10.0, 20.0, "b")]


@pytest.mark.parametrize(
    ("found", "wrong"),
    [
        ([Turn(0.0, 10.0, "y"), Turn(10.0, 20.0, "x")], (0, 0, 0)),
        ([Turn(0.0, 20.0, "x")], (0, 0, 10)),
        ([Turn(0.0, 10.0, "x")], (10, 0, 0)),
        ([Turn(0.0, 10.0, "x"), Turn(5.0, 20.0, "y")], (0, 5, 0)),
        ([], (20, 0, 0)),
    ],
)
def test_speech_is_missed_invented_or_given_to_another(found, wrong):
    made = errors(TRUTH, found, collar=0.0)
    assert (made.missed, made.invented, made.confused, made.spoken) == pytest.approx((*wrong, 20), abs=0.03)
    assert made.rate == pytest.approx(sum(wrong) / 20, abs=0.003)


def test_a_collar_forgives_what_is_near_the_ends_of_turns():
    late = [Turn(0.2, 10.2, "x"), Turn(10.2, 19.8, "y")]
    assert errors(TRUTH, late, collar=0.25).rate == 0
    assert errors(TRUTH, late, collar=0.0).rate > 0.02


def test_whom_a_speaker_is_taken_for_is_what_fits_all_best():
    assert sorted(matched(np.array([[9, 10], [0, 9]], np.int32))) == [(0, 0), (1, 1)]


@pytest.mark.parametrize(
    ("found", "wrong"),
    [
        ([Turn(0.0, 10.0, "y"), Turn(10.0, 20.0, "x")], 0),
        ([Turn(0.0, 20.0, "x")], 0.5),
        ([Turn(0.0, 10.0, "x"), Turn(10.0, 15.0, "y"), Turn(15.0, 20.0, "x")], 0.25),
        ([], 1),
    ],
)
def test_words_have_the_wrong_speaker_or_none(found, wrong):
    assert wrong_words(TRUTH, found).rate == pytest.approx(wrong, abs=0.03)


def test_words_are_counted_by_the_time_that_they_take():
    assert wrong_words(TRUTH, []).words == 58
    assert wrong_words([], []).rate == 0
