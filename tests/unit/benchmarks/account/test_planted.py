"""Words that are taken out, in the end or before alignment."""

from collections import defaultdict
from importlib.resources import files
from pathlib import Path

import numpy as np
import pytest

from benchmarks.account.command import FINISHED, as_table
from benchmarks.account.planted import out_of_the_transcript
from benchmarks.account.skipping import SkippedWindow
from benchmarks.real_voices.figures import Figures
from benchmarks.real_voices.mix import Mix
from stt.domain.jobs.chunk import Span
from stt.domain.merging.ledger import Track
from stt.domain.transcripts.transcript import Segment, Word
from stt.worker.transcriber.base import DecodingOptions
from stt.worker.transcriber.faster_whisper import FasterWhisper
from tools.speech import compose

DEMO = Path(str(files("stt"))) / "assets" / "demo"


@pytest.fixture(scope="module")
def window():
    spoken = compose("en", 5.0, seed=3)
    return SkippedWindow(FasterWhisper(DEMO / "ct2", device="cpu"), spoken.pcm, DecodingOptions("en", beam_size=1))


def said(segments):
    return [word.word for segment in segments for word in segment.words]


def test_words_that_are_skipped_leave_their_time_to_the_others(window):
    every = said(window.segments)
    assert len(every) == window.words > 4
    left = window.without(2, 2)
    assert said(left) == every[:2] + every[4:]
    assert left[-1].words[-1].end == pytest.approx(window.segments[-1].words[-1].end, abs=0.3)
    assert said(window.without(2, 0)) == every


def test_a_place_counts_as_told_where_there_is_a_gap_then():
    words = tuple(Word(f"w{number}", 1.0 + number, 2.0 + number, 0.9) for number in range(4))
    mix = Mix(np.zeros(6 * 16000, np.float32), (), (), "en")
    heard = Segment(1.0, 5.0, "w0 w1 w2 w3", words)
    assert list(out_of_the_transcript(mix, Track([Span(1.0, 5.0)], [heard]), 1)) == [True] * 3
    assert list(out_of_the_transcript(mix, Track([Span(1.0, 2.0)], [heard]), 1)) == [True, False, False]


def test_the_table_says_what_was_told_of_how_many():
    told = defaultdict(list, {(FINISHED, 1): [True, True, False]})
    table = as_table(Figures(seconds=60.0, gaps=3, false_gaps=1), told)
    assert "1.0 minutes: 3 gaps, at 1 of which no word is missing." in table
    assert "| 66.7 % of 3 | – | – | – |" in table
