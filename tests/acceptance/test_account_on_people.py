"""People and real weights: words begin with the voice, and the account tells what is lost and nothing else."""

import asyncio
import random
from dataclasses import replace

import numpy as np
import pytest

from benchmarks.real_voices.mix import mixed
from stt.domain.merging.ledger import Track, account
from stt.worker.audio import flac
from stt.worker.inference.batcher import EngineRequest
from stt.worker.preparation.child import prepare
from stt.worker.preparation.prepared import PreparedChunk
from stt.worker.recognition.recognizer import recognize
from stt.worker.suppression.suppression import Hallucinations
from stt.worker.transcriber.base import DecodingOptions
from stt.worker.transcriber.faster_whisper import FasterWhisper
from tools.speech import write


class Listener:
    """An engine without processes around it."""

    def __init__(self, path):
        self._engine = FasterWhisper(path, device="cpu", compute_type="int8", threads=2)

    async def transcribe(self, windows, request):
        return self._engine.transcribe(windows, request.options)


@pytest.fixture(scope="module")
def heard(speech_set, real_base, tmp_path_factory):
    """Ten clips in a row, and what becomes of them."""
    path, draw = tmp_path_factory.mktemp("people") / "mix.flac", random.Random(4)
    mix = mixed(draw.sample(list(speech_set.spoken("en", "lj")), 10), draw, (0.4, 1.5))
    write(mix.recording, path)
    listener, options = Listener(real_base.ct2), DecodingOptions("en")
    request = EngineRequest("faster-whisper", real_base.ct2, options)
    plans, segments = [], []
    for item in prepare(path, chunk_seconds=60.0, max_seconds=1000.0):
        if isinstance(item, PreparedChunk) and not item.plan.is_silent:
            work = recognize(flac.decode(item.flac), item.plan, listener, request, 30.0, Hallucinations({}))
            segments += asyncio.run(work).segments
            plans.append(item.plan)
    speech, sound = ([span for plan in plans for span in getattr(plan, name)] for name in ("speech", "sound"))
    return mix, Track(speech, segments, sound=sound)


def test_the_first_word_behind_a_pause_begins_with_the_voice(heard):
    mix, track = heard
    words = [word for segment in track.segments for word in segment.words]
    early = [next(w.start for w in words if w.end > p.onset + 0.05) - p.onset for p in mix.parts if p.onset is not None]
    assert np.percentile(np.abs(early), 50) < 0.25
    assert np.percentile(np.abs(early), 95) < 0.5
    assert all(a.start < a.end <= b.start for a, b in zip(words, words[1:], strict=False))


def test_people_who_are_heard_leave_no_gap(heard):
    mix, track = heard
    coverage, gaps = account(mix.seconds, [track])
    assert gaps == ()
    assert coverage.ratio == 1.0


@pytest.mark.parametrize(("count", "share"), [(1, 0.97), (2, 0.99), (3, 0.99)])
def test_words_that_are_lost_are_gaps(heard, count, share):
    mix, track = heard
    words = [word for segment in track.segments for word in segment.words]
    planted = range(0, len(words) - count, count)
    shown = sum(_is_told(mix.seconds, track, words[first : first + count]) for first in planted)
    assert shown >= share * len(planted)


def _is_told(seconds, track, lost):
    """Whether there is a gap where these words stood."""
    left = [replace(s, words=tuple(w for w in s.words if w not in lost)) for s in track.segments]
    _, gaps = account(seconds, [replace(track, segments=[s for s in left if s.words])])
    return any(gap.start < lost[-1].end and gap.end > lost[0].start for gap in gaps)
