"""A file becomes chunks with their audio."""

import io
import os
import subprocess
import sys

import numpy as np
import pytest

from stt.domain.chunk import ChunkPlan, Span
from stt.worker import flac
from stt.worker.constants import SAMPLE_RATE
from stt.worker.decoder import Decoder
from stt.worker.preparation import prepare
from stt.worker.prepared import Message, PreparedAudio, PreparedChunk, from_message, to_message
from tests.unit.worker.sounds import bursts
from tests.unit.worker.sounds import write as write_sound
from tools.speech import compose, write


@pytest.fixture(scope="module")
def recording():
    return compose("en", 75, seed=3)


@pytest.fixture(scope="module")
def source(recording, tmp_path_factory):
    return write(recording, tmp_path_factory.mktemp("audio") / "talk.m4a")


def test_chunks_tile_the_file_and_hold_its_audio(source):
    *chunks, whole = prepare(source, chunk_seconds=20, max_seconds=100)
    assert isinstance(whole, PreparedAudio)
    assert whole.duration == pytest.approx(75, abs=0.1)
    assert chunks[0].plan.owned.start == 0
    assert chunks[-1].plan.owned.end == whole.duration
    pcm = np.concatenate(list(Decoder(source, max_seconds=100).blocks()))
    for before, after in zip(chunks, chunks[1:], strict=False):
        assert before.plan.owned.end == after.plan.owned.start
    for chunk in chunks:
        start, end = (round(t * SAMPLE_RATE) for t in (chunk.plan.audio.start, chunk.plan.audio.end))
        assert np.array_equal(flac.decode(chunk.flac), pcm[start:end])


def test_every_word_is_whole_in_the_chunk_that_owns_it(source, recording):
    *chunks, _ = prepare(source, chunk_seconds=10, max_seconds=100)
    for word in recording.words:
        middle = (word.start + word.end) / 2
        (owner,) = [c.plan for c in chunks if c.plan.owned.start <= middle < c.plan.owned.end]
        assert owner.audio.start <= word.start + 0.02
        assert word.end - 0.02 <= owner.audio.end


def test_the_same_file_gives_the_same_chunks(source):
    assert list(prepare(source, chunk_seconds=20, max_seconds=100)) == list(
        prepare(source, chunk_seconds=20, max_seconds=100)
    )


def test_a_chunk_is_given_before_the_rest_is_decoded(source):
    beats = []
    first = next(prepare(source, chunk_seconds=10, max_seconds=100, beat=lambda: beats.append(1)))
    assert first.plan.index == 0
    assert len(beats) < 35


def test_a_file_without_speech_is_one_silent_chunk(tmp_path):
    path = write_sound(tmp_path / "a.flac", bursts([1.0], 40), codec="flac")
    silent, whole = prepare(path, chunk_seconds=10, max_seconds=100)
    assert silent == PreparedChunk(ChunkPlan(0, Span(0, 40), Span(0, 0), ()), b"")
    assert whole == PreparedAudio(40.0, None)


@pytest.mark.parametrize(
    "item",
    [
        PreparedChunk(ChunkPlan(7, Span(1.5, 2.5), Span(1.0, 3.0), (Span(1.25, 2.0), Span(2.125, 2.5))), b"\0\n{}"),
        PreparedChunk(ChunkPlan(0, Span(0, 9), Span(0, 0), ()), b""),
        PreparedAudio(12.75, 12.75),
        PreparedAudio(12.75, None),
    ],
)
def test_what_is_prepared_survives_the_pipe(item):
    message = to_message(item)
    pipe = io.BytesIO(message.encode())
    head = __import__("json").loads(pipe.readline())
    assert from_message(Message(head, pipe.read(head["size"]))) == item


LIMITED = """
import resource, sys
from stt.worker import preparation
for limit in preparation.LIMITS: print(limit, resource.getrlimit(limit)[0], file=sys.stderr)
preparation.main()
for limit in preparation.LIMITS: print(limit, resource.getrlimit(limit)[0], file=sys.stderr)
try: open(sys.argv[1], "w").write("x" * 100)
except OSError as error: print(type(error).__name__, file=sys.stderr)
"""


def test_the_process_cannot_take_all_memory_nor_write_files(tmp_path):
    target = tmp_path / "written"
    result = subprocess.run(
        [sys.executable, "-c", LIMITED, target],
        input="",
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
        check=False,
    )
    from stt.worker.preparation import LIMITS

    lines = result.stderr.split("\n")
    assert lines[len(LIMITS) : 2 * len(LIMITS)] == [f"{limit} {value}" for limit, value in LIMITS.items()]
    assert lines[: len(LIMITS)] != lines[len(LIMITS) : 2 * len(LIMITS)]
    assert target.read_bytes() == b""
