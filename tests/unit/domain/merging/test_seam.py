"""What further hearings decide where the two sides of a cut disagree."""

from dataclasses import replace
from itertools import pairwise

from stt.domain.jobs.chunk import Span
from stt.domain.merging.seam import Hearing, Seam
from stt.domain.transcripts.transcript import Word

OVERLAP, CUT = Span(7.3, 10.5), 8.9


def heard(*words):
    """Words as (text, start, end)."""
    return [Word(*word, 0.9) for word in words]


def said(before, after, hearings=()):
    seam = Seam(before, after, OVERLAP, CUT)
    assert seam.is_in_doubt
    return [word for side in seam.joined([Hearing(Span(4.9, 12.9), hearing) for hearing in hearings]) for word in side]


def texts(words):
    return [word.word for word in words]


START, END = [("trăm", 7.3, 7.5), ("mở", 7.5, 7.8)], [("chiều", 8.9, 9.1), ("thầy", 9.1, 9.3)]
TWICE = [("việt", 7.8, 8.28), ("việt", 8.28, 8.5), ("cô", 8.52, 8.9)]
THRICE = [("việt", 7.8, 8.28), ("việt", 8.28, 8.46), ("việt", 8.46, 8.52), ("cô", 8.52, 8.9)]


def test_a_word_that_was_not_said_a_third_time_is_taken_out_although_the_one_before_it_is_like_it():
    before, after = heard(*START, *THRICE, *END), heard(*START, *TWICE, *END)
    assert texts(said(before, after)).count("việt") == 3, "the side that owns the place is believed by itself"
    assert texts(said(before, after, [after])).count("việt") == 2


def test_a_word_that_was_said_a_third_time_stays():
    before, after = heard(*START, *THRICE, *END), heard(*START, *TWICE, *END)
    assert texts(said(before, after, [before])).count("việt") == 3
    assert texts(said(before, after, [before, after])).count("việt") == 3, "with as many votes the owner is believed"


def test_the_word_behind_a_passage_is_timed_by_the_side_that_heard_the_passage():
    before = heard(("nghìn", 8.08, 8.3), ("việt", 8.32, 9.1), ("bốn", 9.1, 9.3))
    after = heard(
        ("nghìn", 8.1, 8.26), ("cửa", 8.27, 8.5), ("hình", 8.61, 8.9), ("việt", 8.95, 9.14), ("bốn", 9.15, 9.3)
    )
    words = said(before, after, [after])
    assert texts(words) == ["nghìn", "cửa", "hình", "việt", "bốn"]
    assert all(first.start < second.start for first, second in pairwise(words))


def test_a_hearing_that_may_have_torn_the_words_in_dispute_has_no_vote():
    before, after = heard(*START, *THRICE, *END), heard(*START, *TWICE, *END)
    seam = Seam(before, after, OVERLAP, CUT)
    torn = Hearing(Span(8.0, 12.9), after)
    assert [word.word for side in seam.joined([torn]) for word in side].count("việt") == 3


SAID_TWICE = ["station", "banana", "fire", "paper", "coffee", "sunday", "paper", "saturday"]
ON_TIME = [102.29, 102.61, 103.27, 103.47, 103.95, 104.41, 104.81, 105.17]
EARLY = [102.17, 102.79, 102.79, 102.89, 103.31, 103.73, 103.73, 103.99, 105.79]
"""What an engine wrote of the same words, right on both sides, but on one of them up to a second early."""


def test_words_that_both_sides_heard_are_not_lost_where_one_side_times_them_a_second_early():
    before, after = (heard(*zip(SAID_TWICE, times, times[1:], strict=False)) for times in (ON_TIME, EARLY))
    words = [word for side in Seam(before, after, Span(101.97, 105.17), 103.57).joined() for word in side]
    assert texts(words) == SAID_TWICE
    assert all(first.start <= second.start for first, second in pairwise(words))


def test_what_a_side_made_up_at_its_end_is_not_taken_because_it_comes_at_the_right_time():
    before = heard(
        ("computer", 564.18, 564.59),
        ("chicken", 564.59, 564.96),
        ("sierra", 564.96, 565.27),
        ("whiskey", 565.27, 565.63),
        ("july", 565.63, 565.83),
        ("tomorrow", 565.83, 566.25),
        ("whiskey", 566.25, 566.61),
        ("july", 566.61, 566.82),
    )
    after = heard(
        ("computer", 564.44, 565.04),
        ("chicken", 565.04, 565.44),
        ("sierra", 565.44, 566.06),
        ("whiskey", 566.06, 566.46),
        ("july", 566.46, 566.96),
    )
    words = [word for side in Seam(before, after, Span(563.62, 566.82), 565.22).joined() for word in side]
    assert texts(words) == ["computer", "chicken", "sierra", "whiskey", "july"]


def test_a_word_that_one_side_ends_before_stays_where_further_hearings_have_it():
    before = heard(("cheese", 1041.94, 1042.32), ("question", 1042.32, 1042.7), ("chicken", 1042.7, 1043.58))
    after = heard(
        ("cheese", 1041.83, 1042.35),
        ("question", 1042.35, 1042.69),
        ("chicken", 1042.69, 1043.17),
        ("twenty", 1043.17, 1043.75),
    )
    again = Hearing(Span(1038.13, 1046.13), heard(("chicken", 1042.9, 1043.48), ("twenty", 1043.48, 1043.9)))
    words = [word for side in Seam(before, after, Span(1040.53, 1043.73), 1042.13).joined([again]) for word in side]
    assert texts(words) == ["cheese", "question", "chicken", "twenty"]


LOOPING = ["bạn", "lửa", "tiếng", "bắc", "mười", "đông", "bánh", "bắc", "mười", "đông", "bánh", "bắc"]
LATE = ["bạn", "lửa", "tiếng", "bắc", "mười", "đông", "bánh", "bắc", "mẹ"]


def looping_in_front_of_what_was_said(*, marked):
    return [word for side in looping_seam(marked=marked).joined() for word in side]


def looping_seam(*, marked=True):
    """A window that repeats its last words, which puts those in front of them up to 1.2 s early, and the one behind."""
    times = [120.94, 121.10, 121.26, 121.53, 121.70, 121.91, 122.13, 122.34, 122.50, 122.72, 122.94, 123.15, 123.31]
    truth = [121.49, 121.83, 122.13, 122.35, 122.51, 122.81, 123.03, 123.23, 123.53, 123.69]
    before = [
        replace(word, timed=number < 8 or not marked)
        for number, word in enumerate(heard(*zip(LOOPING, times, times[1:], strict=False)))
    ]
    after = heard(*zip(LATE, truth, truth[1:], strict=False))
    return Seam(before, after, Span(120.49, 123.69), 122.09)


def test_of_two_sides_the_one_is_believed_that_alignment_did_not_lose():
    assert texts(looping_in_front_of_what_was_said(marked=True)) == LATE


def test_without_that_mark_a_loop_would_be_joined_with_what_was_said():
    """Negative control: times that were given out taken for times that were found."""
    assert texts(looping_in_front_of_what_was_said(marked=False)) != LATE


def test_a_hearing_bears_out_a_side_at_the_times_of_that_side():
    before = heard(
        ("chợ", 3.21, 3.37),
        ("xanh", 3.73, 3.94),
        ("ngày", 3.94, 4.14),
        ("đường", 4.14, 4.4),
        ("ngày", 4.61, 4.82),
        ("đường", 4.82, 5.07),
    )
    after = heard(("chợ", 3.72, 3.94), ("xanh", 4.36, 4.64), ("ngày", 4.64, 4.84), ("đường", 4.84, 5.12))
    seam = Seam(before, after, Span(-0.74, 5.28), 4.5)
    words = [word for side in seam.joined([Hearing(Span(-0.74, 7.26), after)]) for word in side]
    assert texts(words) == texts(after)
