"""Ten hours: the clock does not drift, and the process that prepares them does not grow."""

import asyncio
import contextlib
import difflib
import os
from importlib.resources import files
from pathlib import Path

import numpy as np
import pytest

from stt.domain.merging.merger import Piece, merge
from stt.domain.whisper.engine import Engine
from stt.worker.audio import flac
from stt.worker.inference.batcher import Batcher
from stt.worker.inference.child import Hardware
from stt.worker.inference.pool import EnginePool, EngineRequest
from stt.worker.models import ModelCard
from stt.worker.preparation.prepared import PreparedChunk
from stt.worker.preparation.preparer import Preparer
from stt.worker.recognition.recognizer import recognize
from stt.worker.suppression.suppression import Hallucinations
from stt.worker.transcriber.base import DecodingOptions
from tools.speech import SAMPLE_RATE, compose, write

HOURS = 10
HOURS_HEARD = range(HOURS) if os.environ.get("STT_TEST_EVERY_HOUR") else (0, HOURS - 1)
"""All ten take about twenty minutes of a core, two of them and the preparation of all take five."""
ROUND_SECONDS = 600.0
MODEL = Path(str(files("stt"))) / "assets" / "demo" / "ct2"
GROWTH_MB = 16
"""By how much the process may grow from the first hour to the last."""
DRIFT_SECONDS = 0.001


@pytest.fixture(scope="module")
def recording():
    return compose("en", ROUND_SECONDS, seed=7)


class Passage:
    """What comes out of ten hours; nothing of it grows with them but the words."""

    def __init__(self, recording):
        self.words = []
        self.megabytes = []
        """Held by the preparing process, at each chunk."""
        self.misplaced = []
        """Chunks with other samples than those of their time."""
        self._recording = recording

    def check(self, plan, pcm):
        self.megabytes += megabytes_of_children("stt.worker.preparation.child")
        first = round(plan.audio.start * SAMPLE_RATE)
        truth = self._recording.pcm.take(np.arange(first, first + len(pcm)), mode="wrap")
        if not np.array_equal(pcm, truth):
            self.misplaced.append(plan)


@pytest.fixture(scope="module")
def passage(recording, tmp_path_factory):
    path = write(recording, tmp_path_factory.mktemp("hours") / "hours.flac", rounds=round(HOURS * 3600 / ROUND_SECONDS))
    passage = Passage(recording)
    asyncio.run(pass_through(path, passage))
    return passage


async def pass_through(path, passage):
    preparer = Preparer(children=1, chunk_seconds=60, max_seconds=HOURS * 3600)
    engines = EnginePool(1, Hardware("cpu"))
    batcher = Batcher(engines, batch_size=8)
    request = EngineRequest(Engine.FASTER_WHISPER, MODEL, DecodingOptions("en", beam_size=1))
    longest, pieces = ModelCard.beside(MODEL).window_seconds, []
    try:
        async with contextlib.aclosing(preparer.prepare(path)) as items:
            async for item in items:
                if not isinstance(item, PreparedChunk):
                    continue
                plan, pcm = item.plan, flac.decode(item.flac)
                passage.check(plan, pcm)
                if {int(plan.owned.start // 3600), int(plan.owned.end // 3600)} & set(HOURS_HEARD):
                    heard = await recognize(pcm, plan, batcher, request, longest, Hallucinations({}))
                    pieces.append(Piece(plan.audio, plan.owned, heard.segments))
    finally:
        await batcher.close()
        await engines.close()
        await preparer.close()
    assert item.duration == HOURS * 3600
    passage.words = [word for segment in merge(pieces) for word in segment.words]


def megabytes_of_children(command: str) -> list[float]:
    """Memory of those children of this process that run a command."""
    children = Path(f"/proc/self/task/{os.getpid()}/children").read_text().split()
    ours = [child for child in children if command in Path(f"/proc/{child}/cmdline").read_text()]
    pages = [int(Path(f"/proc/{child}/statm").read_text().split()[1]) for child in ours]
    return [count * os.sysconf("SC_PAGE_SIZE") / 1e6 for count in pages]


def lateness(recording, words, hour: int) -> np.ndarray:
    """Seconds by which the words of an hour come later than they were said, found round by round."""
    late = []
    for start in np.arange(hour * 3600, (hour + 1) * 3600, ROUND_SECONDS):
        found = [word for word in words if start <= word.start < start + ROUND_SECONDS]
        texts = [word.text for word in recording.words], [word.word for word in found]
        matcher = difflib.SequenceMatcher(None, *texts, autojunk=False)
        for block in matcher.get_matching_blocks():
            pairs = zip(recording.words[block.a : block.a + block.size], found[block.b :], strict=False)
            late += [ours.start - (start + truth.start) for truth, ours in pairs]
    assert len(late) > 0.9 * len(recording.words) * 3600 / ROUND_SECONDS
    return np.array(late)


def has_drifted(recording, words) -> bool:
    hours = {hour: lateness(recording, words, hour) for hour in HOURS_HEARD}
    for hour, late in hours.items():
        exact, signed = 1000 * np.median(np.abs(late)), 1000 * np.median(late)
        print(f"hour {hour + 1}: {exact:.2f} ms off in the median, {signed:+.2f} ms signed, {len(late)} words")
    first, last = hours[0], hours[HOURS - 1]
    worse = np.median(np.abs(last)) - np.median(np.abs(first))
    return max(worse, abs(np.median(last) - np.median(first))) > DRIFT_SECONDS


@pytest.mark.long
def test_the_last_hour_is_as_exact_as_the_first(recording, passage):
    assert not has_drifted(recording, passage.words)


@pytest.mark.long
def test_a_clock_that_gains_a_second_in_ten_days_would_be_noticed(recording, passage):
    assert has_drifted(recording, [word.shifted(word.start / (10 * 86_400)) for word in passage.words])


@pytest.mark.long
def test_every_chunk_holds_the_very_samples_of_its_time(passage):
    assert not passage.misplaced


@pytest.mark.long
def test_the_process_that_prepares_does_not_grow(passage):
    hour = len(passage.megabytes) // HOURS
    first, last = max(passage.megabytes[:hour]), max(passage.megabytes[-hour:])
    print(f"{first:.1f} MB in the first hour, {last:.1f} MB in the last")
    assert hour > 30
    assert last <= first + GROWTH_MB
