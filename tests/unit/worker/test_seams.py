"""Whatever the chunk plan, the words of the transcript are those that were said."""

import asyncio
import random
from datetime import UTC, datetime
from pathlib import Path

import jiwer
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stt.domain.access.owner import ANONYMOUS
from stt.domain.jobs.chunk import Chunk, ChunkPlan, ChunkStatus
from stt.domain.jobs.claim import Priority
from stt.domain.jobs.job import Job, JobStatus, Stage
from stt.domain.merging.assembly import assemble, tracks_of
from stt.domain.whisper.engine import Engine
from stt.worker.constants import SAMPLE_RATE, VAD_FRAME
from stt.worker.cutting.chunking import Chunker
from stt.worker.cutting.windows import plan_windows
from stt.worker.inference.batcher import EngineRequest
from stt.worker.recognition.cuts import disputes_of, heard_again
from stt.worker.recognition.recognizer import recognize
from stt.worker.suppression.suppression import Hallucinations
from stt.worker.transcriber.base import DecodingOptions
from tests.unit.worker.listener import Listener, clock, speech

NOW = datetime(2026, 1, 1, tzinfo=UTC)
REQUEST = EngineRequest(Engine.FASTER_WHISPER, Path("demo"), DecodingOptions("vi"))
NEAR_SECONDS = 1.5


def job(duration):
    return Job(
        ANONYMOUS,
        "j", JobStatus.PROCESSING, Stage.MERGE, "f", "k", "vi", "demo", None, Priority.NORMAL, None, 1, duration, None,
        0.0, 1, 0, None, None, None, None, 0, NOW, None, None,
    )  # fmt: skip


def chunks_of(seconds, target):
    """The chunks of speech without a pause, each with its audio."""
    frames = round(seconds * SAMPLE_RATE / VAD_FRAME)
    audio = clock(frames * VAD_FRAME / SAMPLE_RATE)
    chunker = Chunker(target)
    cuts = [*chunker.push(audio, np.full(frames, 0.95, np.float32)), *chunker.finish(np.zeros(0, np.float32))]
    return [plan for plan, _ in cuts], audio


def slice_of(audio, plan):
    return audio[round(plan.audio.start * SAMPLE_RATE) : round(plan.audio.end * SAMPLE_RATE)]


async def transcribed(listener, plans, audio, longest):
    """As the processor does it: each chunk on its own, then what two chunks disagree about, then the whole."""
    chunks = []
    for plan in plans:
        heard = await recognize(slice_of(audio, plan), plan, listener, REQUEST, longest, Hallucinations({}))
        chunks.append(Chunk("c", "j", plan, "k", ChunkStatus.COMPLETED, heard.segments, heard.gaps, None))
    (track,) = tracks_of(chunks)

    async def audio_of(chunk):
        return slice_of(audio, chunk.plan)

    again = await heard_again(track, disputes_of(track), audio_of, listener, REQUEST, longest)
    result = assemble(job(plans[-1].owned.end), [track], {None: again}, engine="e", now=NOW)
    return [word for segment in result.segments for word in segment.words]


async def cut_naively(listener, audio, step):
    """What most do: pieces of `step` seconds one behind the other, and their words in a row."""
    words = []
    for start in range(0, len(audio), step * SAMPLE_RATE):
        (segments,) = await listener.transcribe([audio[start : start + step * SAMPLE_RATE]], REQUEST)
        words += [word.shifted(start / SAMPLE_RATE) for segment in segments for word in segment.words]
    return words


def texts(words):
    return [word.word for word in words]


talk = st.builds(
    lambda lengths, vocabulary, count: speech([f"w{i * 7919 % vocabulary}" for i in range(count)], lengths),
    st.lists(st.floats(0.16, 0.7), min_size=5, max_size=40),
    st.integers(3, 60),
    st.integers(60, 220),
)


@settings(max_examples=40)
@given(talk, st.floats(10, 300), st.sampled_from([6.0, 8.0, 15.0, 30.0]), st.floats(0, 0.08))
def test_no_word_is_lost_doubled_or_torn_wherever_the_cuts_lie(truth, target, longest, jitter):
    plans, audio = chunks_of(truth[-1].end, target)
    words = asyncio.run(transcribed(Listener(truth, jitter), plans, audio, longest))
    assert texts(words) == texts(truth)
    assert all(abs(said.midpoint - word.midpoint) < 0.2 for said, word in zip(truth, words, strict=True))


@pytest.mark.long
def test_ten_thousand_cuts_lose_double_and_tear_no_word():
    """Speech without a pause in chunks of 10 s to 5 min and windows of 6 to 30 s, cut wherever that happens to be."""
    draw, cuts, wrong = random.Random(10_000), 0, []
    while cuts < 10_000:
        lengths = [draw.uniform(0.16, 0.7) for _ in range(draw.randint(5, 40))]
        said = [f"w{draw.randrange(draw.choice([3, 20, 200]))}" for _ in range(draw.randint(60, 600))]
        truth, longest = speech(said, lengths), draw.choice([6.0, 8.0, 15.0, 30.0])
        plans, audio = chunks_of(truth[-1].end, draw.choice([10, 20, 60, 300]))
        words = asyncio.run(transcribed(Listener(truth, draw.uniform(0, 0.08)), plans, audio, longest))
        cuts += len(plans) - 1 + sum(len(plan_windows(plan, longest)) - 1 for plan in plans)
        if texts(words) != texts(truth):
            wrong.append((texts(truth), texts(words)))
    print(f"{len(wrong)} recordings with an error at {cuts} cuts")
    assert not wrong


def test_cutting_without_an_overlap_loses_and_tears_words():
    truth = speech([f"w{i}" for i in range(200)], [0.31, 0.45, 0.23])
    words = asyncio.run(cut_naively(Listener(truth), clock(truth[-1].end), 10))
    assert texts(words) != texts(truth)
    assert any(word.word.endswith("-") for word in words)


def wrong_near(truth, words, cuts):
    """Words within 1.5 s of a cut that are lost, doubled or wrong, as a part of all there."""
    found = jiwer.process_words(" ".join(texts(truth)), " ".join(texts(words)) or "-").alignments[0]
    times = [truth[min(chunk.ref_start_idx, len(truth) - 1)].midpoint for chunk in found if chunk.type != "equal"]
    near = [time for time in times if any(abs(time - cut) < NEAR_SECONDS for cut in cuts)]
    return len(near) / sum(any(abs(word.midpoint - cut) < NEAR_SECONDS for cut in cuts) for word in truth)


def test_an_engine_that_errs_now_and_then_errs_less_at_a_seam_than_elsewhere():
    """It mishears one word in twenty, each in one window and not in the next: two hearings of three outvote that."""
    truth = speech([f"w{i % 97}" for i in range(900)], [0.31, 0.22, 0.4])
    plans, audio = chunks_of(truth[-1].end, 10.0)
    listener = Listener(truth, errs=0.05)
    words = asyncio.run(transcribed(listener, plans, audio, 30.0))
    naive = asyncio.run(cut_naively(listener, audio, 10))
    assert len(plans) > 20
    assert wrong_near(truth, words, [plan.owned.end for plan in plans[:-1]]) < 0.03, "it would be 0.05 with one hearing"
    assert wrong_near(truth, naive, range(10, int(truth[-1].end), 10)) > 0.1


def test_plans_of_all_lengths_are_drawn():
    plans = [chunks_of(100.0, target)[0] for target in (10.0, 60.0)]
    assert [type(plan[0]) for plan in plans] == [ChunkPlan, ChunkPlan]
    assert len(plans[0]) > len(plans[1])
