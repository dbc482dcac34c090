"""What is counted of a transcript whose truth is known."""

from dataclasses import replace

import numpy as np
import pytest

from benchmarks.real_voices.figures import Figures
from benchmarks.real_voices.heard import Heard, Word
from benchmarks.real_voices.mix import Mix, Part
from benchmarks.real_voices.scoring import score

PARTS = (
    Part(1.0, 3.0, 1.2, "first", "Mr. Smith bought twenty one apples", "en"),
    Part(5.0, 6.0, 5.1, "second", "never again", "en"),
)
MIX = Mix(np.zeros(9 * 16_000, np.float32), PARTS, ((0.0, 1.2), (3.0, 5.1), (6.0, 9.0)), "en")


def heard(*words, **others):
    written = tuple(Word(*word) for word in words)
    text = " ".join(word.text for word in written)
    return Heard(text, written, "en", ((0.0, 9.0, "en"),), 1.0, 2.0, **({"gaps": ()} | others))


FIRST = (("Mister", 1.2, 1.5), ("Smith", 1.5, 1.8), ("bought", 1.8, 2.1), ("21", 2.1, 2.6), ("apples.", 2.6, 3.0))
SECOND = (("Never", 5.1, 5.5), ("again.", 5.5, 6.0))


def test_words_written_otherwise_are_no_errors():
    figures = score(MIX, heard(*FIRST, *SECOND))
    assert (figures.spoken, figures.errors, figures.lost_clips) == (7, 0, 0)
    assert (figures.ends, figures.marks, figures.capitals) == (2, 2, 2)
    assert figures.onsets == pytest.approx((0.0, 0.0))


def test_a_clip_of_which_nothing_is_written_is_lost_and_silence_about_it_counts():
    assert score(MIX, heard(*FIRST)).deleted == 2
    assert [score(MIX, heard(*FIRST, gaps=gaps)).lost_and_told for gaps in ((), ((5.0, 6.0),))] == [0, 1]
    suppressed = heard(*FIRST, suppressed=((5.1, 6.0, "Never again."),))
    figures = score(MIX, suppressed)
    assert (figures.lost_clips, figures.lost_and_told, figures.silenced) == (1, 1, 2)


def test_a_gap_where_every_word_is_there_is_false():
    figures = score(MIX, heard(*FIRST, gaps=((1.9, 2.5), (5.0, 6.0))))
    assert (figures.gaps, figures.false_gaps) == (2, 1)


def test_words_through_pauses_without_length_and_over_each_other():
    early = ("Never", 3.4, 5.5), ("again.", 5.4, 5.4)
    figures = score(MIX, heard(*FIRST, *early))
    assert (figures.stretched, figures.empty, figures.overlapping) == (1, 1, 1)
    assert figures.onsets == pytest.approx((0.0, -1.7))


def test_a_word_far_from_every_clip_is_invented():
    assert score(MIX, heard(*FIRST, *SECOND, ("Thanks.", 7.5, 8.0))).invented == 1
    nobody = replace(MIX, parts=())
    assert score(nobody, heard(*SECOND)).invented == 2
    assert score(nobody, heard(*SECOND)).error_rate is None


def test_the_language_is_asked_for_where_it_is_not_told():
    assert score(MIX, heard(*FIRST)).asked == 0
    assert score(replace(MIX, told="auto"), heard(*FIRST)).found == pytest.approx(3.0)
    turns = replace(heard(*FIRST, *SECOND), languages=((1.0, 3.0, "en"), (5.0, 6.0, "vi")))
    figures = score(replace(MIX, told="multi"), turns)
    assert (figures.found, figures.asked) == pytest.approx((2.0, 3.0))


def test_figures_of_several_files_add_up():
    one = score(MIX, heard(*FIRST))
    both = sum([one, score(MIX, heard(*FIRST, *SECOND))], Figures())
    assert (both.spoken, both.deleted, both.seconds) == (14, 2, 18.0)
    assert len(both.onsets) == len(one.onsets) + 2


def test_letters_are_counted_where_words_have_no_spaces():
    parts = (Part(0.0, 3.0, None, "ja", "真っ昼間なのに", "ja"),)
    figures = score(replace(MIX, parts=parts), heard(("真っ昼間なのね", 0.0, 3.0)))
    assert (figures.spoken, figures.substituted) == (7, 1)
