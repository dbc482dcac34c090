"""Speakers whom a call introduces, each by a recording."""

import asyncio
import base64
import json

import pytest

from stt.domain.transcripts.speakers import Turn
from stt.domain.transcripts.transcript import Segment
from stt.repositories.known_speaker_repository import KnownSpeakerRepository
from tests.embedded_service import embedded_service
from tests.eventually import eventually
from tools.encoded_audio import encoded

NAMES, REFERENCES = "known_speaker_names", "known_speaker_references"
SEGMENTS = tuple(Segment(n, n + 0.9, f" {n}", speaker=f"S{who}") for n, who in enumerate((1, 2, 1, 3)))
TURNS = tuple(Turn(segment.start, segment.end, segment.speaker) for segment in SEGMENTS)


@pytest.fixture
async def embedded(tmp_path):
    async with embedded_service(tmp_path, has_speakers=lambda: True) as running:
        yield running


def recording(seconds=4.0):
    """A file of just so many bytes that it stands for so many seconds, see `Samples` of the embedded service."""
    return b"fLaC".ljust(1000 + round(100 * seconds), b"\0")


def data_url(audio, kind="audio/flac"):
    return f"data:{kind};base64,{base64.b64encode(audio).decode()}"


REFERENCE = data_url(recording())


def sent(client, *, stream=False, brackets="[]", **fields):
    data = {"model": "demo", "response_format": "diarized_json", "stream": str(stream).lower()}
    data |= {f"{name}{brackets}" if name in (NAMES, REFERENCES) else name: value for name, value in fields.items()}
    files = {"file": ("talk.mp3", encoded(".mp3"))}
    return asyncio.create_task(client.post("/v1/audio/transcriptions", files=files, data=data))


async def named(client, worker, names, **fields):
    call = sent(client, **{NAMES: ["An", "B"], REFERENCES: [REFERENCE] * 2}, **fields)
    job = await worker(SEGMENTS, turns=TURNS, names=names)
    return job, await call


@pytest.mark.parametrize("brackets", ["[]", ""])
async def test_a_job_knows_those_whom_its_call_introduces(client, worker, embedded, brackets):
    job, answer = await named(client, worker, {}, brackets=brackets)
    assert answer.status_code == 200
    assert "ignored" not in answer.json()
    known = await KnownSpeakerRepository(embedded.database).of_job(job)
    assert [(sample.name, sample.flac, sample.seconds) for sample in known] == [
        ("An", recording(), 4.0), ("B", recording(), 4.0)
    ]  # fmt: skip
    assert job.guidance.speakers == "auto"


@pytest.mark.parametrize(
    ("names", "speakers"),
    [
        ({}, ["A", "B", "A", "C"]),
        ({"S2": "An"}, ["A", "An", "A", "B"]),
        ({"S2": "An", "S3": "B"}, ["A", "An", "A", "B"]),
        ({"S1": "B"}, ["B", "A", "B", "C"]),
    ],
)
async def test_who_is_known_has_the_name_and_no_letter_is_taken_for_one(client, worker, names, speakers):
    _, answer = await named(client, worker, names)
    assert [segment["speaker"] for segment in answer.json()["segments"]] == speakers


async def test_a_stream_names_them_as_well(client, worker):
    _, answer = await named(client, worker, {"S1": "An"}, stream=True)
    events = [json.loads(line[6:]) for line in answer.text.splitlines() if line.startswith("data: {")]
    speaking = [event["speaker"] for event in events if event["type"] == "transcript.text.segment"]
    assert speaking == ["An", "A", "An", "B"]


async def test_subtitles_name_them_as_well(client, worker):
    _, answer = await named(client, worker, {"S1": "An"}, response_format="srt", speakers="auto")
    assert "[An] 0" in answer.text
    assert "[S2] 1" in answer.text


@pytest.mark.parametrize(
    ("names", "references", "code", "param", "says"),
    [
        (["An"], ["https://files.example/an.wav"], "invalid_field", REFERENCES, "no data URL"),
        (["An"], ["data:audio/wav,RIFF"], "invalid_field", REFERENCES, "no data URL"),
        (["An"], ["data:audio/wav;base64,!!!!"], "invalid_field", REFERENCES, "no base64"),
        (["An"], ["data:audio/wav;base64,UklGRé=="], "invalid_field", REFERENCES, "no base64"),
        (["An"], [data_url(b"<html>hello")], "unsupported_format", REFERENCES, "no audio"),
        (["An"], ["data:audio/wav;base64,"], "file_empty", REFERENCES, "no bytes"),
        (["An"], [data_url(b"fLaC")], "audio_unreadable", REFERENCES, "An cannot be used. There is nothing to decode"),
        (["An"], [data_url(recording(1.5))], "invalid_field", REFERENCES, "lasts 1.5 s; it has to be 2 to 10 s"),
        (["An"], [data_url(recording(11.0))], "invalid_field", REFERENCES, "lasts 11.0 s"),
        (["An"], [data_url(recording(1.95))], "no_speech", REFERENCES, "1.0 s of speech; that is too little"),
        (["An", "Bình"], [REFERENCE], "invalid_field", REFERENCES, "2 known_speaker_names, and 1"),
        ([], [REFERENCE], "invalid_field", REFERENCES, "0 known_speaker_names, and 1"),
        (["An"] * 5, [REFERENCE] * 5, "invalid_field", NAMES, "5 entries; at most 4"),
        (["An"], [REFERENCE] * 6, "invalid_field", REFERENCES, "more than 5 entries; at most 4"),
        (["An", " An"], [REFERENCE] * 2, "invalid_field", NAMES, "a name twice"),
        (["x" * 101], [REFERENCE], "invalid_field", NAMES, "1 to 100 printable"),
        (["S2"], [REFERENCE], "invalid_field", NAMES, "Nobody can be named S2"),
    ],
)  # fmt: skip
async def test_what_cannot_be_used_is_refused_and_nothing_stays(client, embedded, names, references, code, param, says):
    answer = await sent(client, **{NAMES: names, REFERENCES: references})
    assert answer.status_code == 400
    error = answer.json()["error"]
    assert (error["type"], error["code"], error["param"]) == ("invalid_request_error", code, param)
    assert says in error["message"]
    assert answer.headers["x-should-retry"] == "false"
    assert await embedded.files() == []


async def test_a_recording_that_is_too_long_to_be_one_is_not_read_to_its_end(client):
    answer = await sent(client, **{NAMES: ["An"], REFERENCES: [data_url(b"fLaC" + bytes(3 * 1024**2 + 1))]})
    assert (answer.status_code, answer.json()["error"]["param"]) == (400, REFERENCES)


async def test_other_recordings_are_another_job(client, worker):
    first = sent(client, **{NAMES: ["An"], REFERENCES: [REFERENCE]})
    other = sent(client, **{NAMES: ["An"], REFERENCES: [data_url(recording(5.0))]})
    again = sent(client, **{NAMES: ["An"], REFERENCES: [REFERENCE]})
    await eventually(lambda: None if first.done() else asyncio.sleep(0.2, True))
    for _ in range(2):
        await worker(SEGMENTS, turns=TURNS)
    ids = [answer.headers["x-stt-job-id"] for answer in await asyncio.gather(first, other, again)]
    assert ids[0] == ids[2] != ids[1]


async def test_where_nobody_is_told_apart_they_are_named_among_what_is_not_used(client, worker):
    call = sent(client, response_format="json", **{NAMES: ["An"], REFERENCES: [REFERENCE]})
    job = await worker()
    assert (await call).json()["ignored"] == [NAMES, REFERENCES]
    assert job.guidance.speakers == "off"
