"""A file becomes chunks with their audio."""

import io
import os
import subprocess
import sys

import numpy as np
import pytest

from stt.domain.audio.peaks import PER_SECOND
from stt.domain.jobs.chunk import ChunkPlan, Span
from stt.domain.jobs.guidance import Channels
from stt.domain.transcripts.note import Note
from stt.worker.audio import flac
from stt.worker.constants import SAMPLE_RATE
from stt.worker.errors import TooManyChannels
from stt.worker.preparation.child import prepare
from stt.worker.preparation.decoder import Decoder
from stt.worker.preparation.prepared import Message, PreparedAudio, PreparedChunk, from_message, to_message
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
    pcm = np.concatenate(list(Decoder(source, max_seconds=100).blocks()), axis=1)[0]
    for before, after in zip(chunks, chunks[1:], strict=False):
        assert before.plan.owned.end == after.plan.owned.start
    for chunk in chunks:
        start, end = (round(t * SAMPLE_RATE) for t in (chunk.plan.audio.start, chunk.plan.audio.end))
        assert np.array_equal(flac.decode(chunk.flac), pcm[start:end])


@pytest.mark.parametrize("part", [Span(0.0, 9.3), Span(17.123, 58.5), Span(70.0, 90.0)])
def test_a_part_has_the_samples_and_times_that_it_has_in_the_whole(source, part):
    blocks = iter(Decoder(source, max_seconds=100).blocks())
    pcm = np.concatenate(list(blocks), axis=1)[0]
    *chunks, _ = prepare(source, chunk_seconds=20, max_seconds=100, part=part)
    assert chunks[0].plan.owned.start == pytest.approx(part.start, abs=1 / SAMPLE_RATE)
    assert chunks[-1].plan.owned.end == pytest.approx(min(part.end, len(pcm) / SAMPLE_RATE), abs=1 / SAMPLE_RATE)
    for before, after in zip(chunks, chunks[1:], strict=False):
        assert before.plan.owned.end == after.plan.owned.start
    for chunk in chunks:
        start, end = (round(t * SAMPLE_RATE) for t in (chunk.plan.audio.start, chunk.plan.audio.end))
        assert np.array_equal(flac.decode(chunk.flac), pcm[start:end])
        assert all(chunk.plan.audio.start <= span.start < span.end for span in chunk.plan.speech)


def test_what_is_behind_a_part_is_not_decoded(source, monkeypatch):
    read = []
    blocks = Decoder.blocks
    monkeypatch.setattr(Decoder, "blocks", lambda decoder: (read.append(block) or block for block in blocks(decoder)))
    list(prepare(source, chunk_seconds=20, max_seconds=100, part=Span(5.0, 8.0)))
    assert 8 <= sum(block.shape[1] for block in read) / SAMPLE_RATE < 12


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


@pytest.mark.parametrize(("name", "earliest", "latest"), [("talk.m4a", 10, 25), ("talk.ogg", 50, 70)])
def test_first_words_are_given_once_the_file_says_or_shows_that_it_is_long(recording, tmp_path, name, earliest, latest):
    seconds = []
    path = write(recording, tmp_path / name)
    plan = next(prepare(path, chunk_seconds=50, max_seconds=100, beat=lambda: seconds.append(1))).plan
    assert 5 < plan.audio.duration < 20
    assert earliest <= len(seconds) < latest


def test_a_chunk_is_given_before_the_rest_is_decoded(source):
    beats = []
    first = next(prepare(source, chunk_seconds=10, max_seconds=100, beat=lambda: beats.append(1)))
    assert first.plan.index == 0
    assert len(beats) < 35


@pytest.fixture(scope="module")
def speakers():
    return compose("en", 75, seed=3, pause=(2.0, 4.0)), compose("vi", 75, seed=4, pause=(2.0, 4.0))


@pytest.fixture(scope="module")
def call(speakers, tmp_path_factory):
    """Two people, each on a channel."""
    return write(speakers, tmp_path_factory.mktemp("audio") / "call.flac")


def cut_apart(source):
    return prepare(source, chunk_seconds=20, max_seconds=100, channels=Channels.SEPARATE)


def test_the_chunks_of_each_channel_tile_the_file_and_hold_its_audio(call):
    *chunks, whole = cut_apart(call)
    assert whole.tracks == 2
    assert [chunk.plan.index for chunk in chunks] == list(range(len(chunks)))
    pcm = np.concatenate(list(Decoder(call, max_seconds=100, channels=Channels.SEPARATE).blocks()), axis=1)
    for channel in range(2):
        mine = [chunk for chunk in chunks if chunk.plan.channel == channel]
        borders = [0.0, *(chunk.plan.owned.end for chunk in mine)]
        assert borders[:-1] == [chunk.plan.owned.start for chunk in mine]
        assert borders[-1] == whole.duration == pcm.shape[1] / SAMPLE_RATE
        for plan, body in ((chunk.plan, chunk.flac) for chunk in mine if chunk.flac):
            start, end = (round(t * SAMPLE_RATE) for t in (plan.audio.start, plan.audio.end))
            assert np.array_equal(flac.decode(body), pcm[channel, start:end])


def test_each_channel_is_cut_as_if_it_stood_alone(call, speakers, tmp_path):
    *chunks, _ = cut_apart(call)
    for channel, speaker in enumerate(speakers):
        *alone, _ = prepare(write(speaker, tmp_path / f"{channel}.flac"), chunk_seconds=20, max_seconds=100)
        mine = [chunk for chunk in chunks if chunk.plan.channel == channel]
        assert [(c.plan.owned, c.plan.audio, c.plan.speech, c.flac) for c in mine] == [
            (c.plan.owned, c.plan.audio, c.plan.speech, c.flac) for c in alone
        ]


def test_mixed_nobody_can_tell_who_spoke(call, speakers):
    *mixed, _ = prepare(call, chunk_seconds=20, max_seconds=100)
    spans = [span for chunk in mixed for span in chunk.plan.speech]
    assert {chunk.plan.channel for chunk in mixed} == {None}
    for speaker in speakers:
        middles = [(word.start + word.end) / 2 for word in speaker.words]
        heard = [any(span.start <= middle < span.end for span in spans) for middle in middles]
        assert sum(heard) > 0.97 * len(middles)


def test_channels_are_cut_the_same_every_time_and_as_the_cuts_are_found(call):
    first, again = list(cut_apart(call)), list(cut_apart(call))
    assert first == again
    channels = [item.plan.channel for item in first[:-1]]
    assert channels != sorted(channels)


def test_a_file_with_one_channel_is_cut_as_if_it_were_mixed(source):
    assert list(cut_apart(source)) == list(prepare(source, chunk_seconds=20, max_seconds=100))


def test_more_channels_than_can_be_kept_apart_are_refused_and_can_be_mixed(tmp_path):
    sound = np.tile(bursts([1.0], 2), (40, 1))
    path = write_sound(tmp_path / "a.wav", sound, codec="pcm_s16le", layout="40 channels")
    with pytest.raises(TooManyChannels, match="40 channels; at most 32"):
        list(cut_apart(path))
    whole = list(prepare(path, chunk_seconds=10, max_seconds=100))[-1]
    assert whole == PreparedAudio(2.0, None, peaks=whole.peaks)


def test_a_file_without_speech_is_one_silent_chunk(tmp_path):
    path = write_sound(tmp_path / "a.flac", bursts([1.0], 40), codec="flac")
    silent, whole = prepare(path, chunk_seconds=10, max_seconds=100)
    assert silent == PreparedChunk(ChunkPlan(0, Span(0, 40), Span(0, 0), ()), b"")
    assert whole == PreparedAudio(40.0, None, peaks=whole.peaks)
    assert len(whole.peaks) == 40 * PER_SECOND


@pytest.mark.parametrize(
    "item",
    [
        PreparedChunk(ChunkPlan(7, Span(1.5, 2.5), Span(1.0, 3.0), (Span(1.25, 2.0), Span(2.125, 2.5))), b"\0\n{}"),
        PreparedChunk(ChunkPlan(8, Span(0, 9), Span(1.0, 3.0), (Span(1.25, 2.0),), channel=1), b"flac"),
        PreparedChunk(ChunkPlan(0, Span(0, 9), Span(0, 0), ()), b""),
        PreparedAudio(12.75, 12.75),
        PreparedAudio(0.1, None, peaks=b"\n{}\0\xff"),
        PreparedAudio(12.75, None, tracks=2, notes=(Note("tracks_left_out", 'Track 2 "Mic" was left out.'),)),
    ],
)
def test_what_is_prepared_survives_the_pipe(item):
    message = to_message(item)
    pipe = io.BytesIO(message.encode())
    head = __import__("json").loads(pipe.readline())
    assert from_message(Message(head, pipe.read(head["size"]))) == item


LIMITED = """
import resource, sys
from stt.worker.preparation import child as preparation
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
    from stt.worker.preparation.child import LIMITS

    lines = result.stderr.split("\n")
    assert lines[len(LIMITS) : 2 * len(LIMITS)] == [f"{limit} {value}" for limit, value in LIMITS.items()]
    assert lines[: len(LIMITS)] != lines[len(LIMITS) : 2 * len(LIMITS)]
    assert target.read_bytes() == b""
