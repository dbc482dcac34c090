"""Every cell of the table through OpenAI's SDK for Python; run by the interpreter that has it, prints JSON.

    python python_client.py BASE_URL FILE OTHER_FILE

Only the standard library and the SDK: it runs in environments of the SDK's own, of its oldest release and its newest.
"""

import asyncio
import base64
import io
import json
import sys
import time
import urllib.request
import warnings
from pathlib import Path

import openai

URL, FILE, OTHER = sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3])
NEWEST = int(openai.__version__.partition(".")[0]) >= 2
KEY = "any"
REFERENCES = "known_speaker_references"
RECORDING = f"data:audio/wav;base64,{base64.b64encode(FILE.read_bytes()).decode()}"
FORMATS = ("json", "text", "srt", "vtt", "verbose_json", "diarized_json")

warnings.simplefilter("ignore", DeprecationWarning)


def client(**options):
    return openai.OpenAI(base_url=URL, api_key=KEY, **options)


def audio(endpoint, sdk=None):
    return getattr((sdk or client()).audio, endpoint)


def create(endpoint, sdk=None, *, file=FILE, model="whisper-1", **fields):
    """Arguments that this SDK does not know go into the form as they would be sent by one that does."""
    known = {"language", "prompt", "response_format", "temperature"}
    if NEWEST and endpoint == "transcriptions":
        known |= {"timestamp_granularities", "stream", "include", "chunking_strategy", "languages", "keywords"}
        known |= {"known_speaker_names", "known_speaker_references"}
    if endpoint == "translations":
        known -= {"language"}
    named = {name: value for name, value in fields.items() if name in known}
    extra = {name: value for name, value in fields.items() if name not in known}
    return audio(endpoint, sdk).create(file=file, model=model, **named, **({"extra_body": extra} if extra else {}))


def text_of(answer):
    return answer if isinstance(answer, str) else answer.text


def formats(endpoint):
    for form in FORMATS if endpoint == "transcriptions" else FORMATS[:5]:
        yield f"{endpoint}, {form}", lambda form=form: check_format(create(endpoint, response_format=form), form)


def check_format(answer, form):
    text = text_of(answer)
    assert "twelve" in text.lower() or "answer" in text.lower() or len(text) > 20, text
    fields = json.loads(answer.model_dump_json()) if hasattr(answer, "model_dump_json") else {}
    if form == "srt":
        assert text.startswith("1\n00:00:0") and " --> " in text, text[:80]
    elif form == "vtt":
        assert text.startswith("WEBVTT\n\n"), text[:80]
    elif form == "verbose_json":
        assert fields["task"] in ("transcribe", "translate") and fields["language"] == "english", fields
        assert fields["duration"] > 3 and fields["usage"]["type"] == "duration", fields
        for segment in fields["segments"]:
            assert isinstance(segment["id"], int) and segment["end"] > segment["start"] >= 0, segment
            assert segment["avg_logprob"] <= 0 <= segment["compression_ratio"], segment
            assert 0 <= segment["no_speech_prob"] <= 1 and segment["temperature"] >= 0, segment
            assert segment["tokens"] and all(isinstance(token, int) for token in segment["tokens"]), segment
            assert isinstance(segment["seek"], int), segment
        assert "words" not in fields or fields["words"] is None, fields["words"]
    elif form == "diarized_json":
        assert {segment["speaker"] for segment in fields["segments"]} == {"A"}, fields
    elif form == "json":
        assert fields["usage"]["seconds"] > 3, fields


def granularities():
    # The oldest SDK cannot write a list into a form.
    for wanted in (["word"], ["segment"], *([["word", "segment"]] if NEWEST else [])):
        yield f"transcriptions, timestamp_granularities {'+'.join(wanted)}", lambda wanted=wanted: check_times(wanted)
    yield "transcriptions, timestamp_granularities without brackets", check_unbracketed


def check_times(wanted):
    name = "timestamp_granularities" if NEWEST else "timestamp_granularities[]"
    answer = create("transcriptions", response_format="verbose_json", **{name: wanted})
    fields = json.loads(answer.model_dump_json())
    assert bool(fields.get("words")) == ("word" in wanted), fields.get("words")
    assert bool(fields.get("segments")) == ("segment" in wanted), fields.get("segments")
    for word in fields.get("words") or ():
        assert word["word"] and word["end"] >= word["start"], word


def check_unbracketed():
    """By hand: the SDK writes brackets."""
    form = {"model": "whisper-1", "response_format": "verbose_json", "timestamp_granularities": "word"}
    head = "".join(f'--x\r\nContent-Disposition: form-data; name="{k}"\r\n\r\n{v}\r\n' for k, v in form.items())
    head += f'--x\r\nContent-Disposition: form-data; name="file"; filename="{FILE.name}"\r\n\r\n'
    body = head.encode() + FILE.read_bytes() + b"\r\n--x--\r\n"
    headers = {"Content-Type": "multipart/form-data; boundary=x"}
    request = urllib.request.Request(f"{URL}/audio/transcriptions", body, headers)
    with urllib.request.urlopen(request, timeout=60) as answer:
        assert json.load(answer)["words"]


def fields():
    yield (
        "transcriptions, every model name",
        lambda: [
            check_format(create("transcriptions", model=name), "json")
            for name in ("whisper-1", "gpt-4o-transcribe", "gpt-4o-mini-transcribe", "gpt-transcribe", "demo")
        ],
    )
    yield (
        "transcriptions, language en-US, prompt, temperature 0",
        lambda: check_format(create("transcriptions", language="en-US", prompt="Colours.", temperature=0), "json"),
    )
    yield (
        "transcriptions, temperature 0.4 is named as ignored",
        lambda: check_ignored(create("transcriptions", temperature=0.4), ["temperature"]),
    )
    yield (
        "transcriptions, chunking_strategy auto",
        lambda: check_ignored(create("transcriptions", chunking_strategy="auto"), ["chunking_strategy"]),
    )
    yield (
        "transcriptions, chunking_strategy as an object",
        lambda: check_ignored(
            create("transcriptions", chunking_strategy={"type": "server_vad", "threshold": 0.5}), ["chunking_strategy"]
        ),
    )
    yield (
        "transcriptions, extra_body list and boolean",
        lambda: check_ignored(
            create("transcriptions", x_words=["a", "b"] if NEWEST else "a", x_flag=True), ["x_words", "x_flag"]
        ),
    )
    yield (
        "transcriptions, known_speaker_* are named as ignored where nobody is told apart",
        lambda: check_ignored(
            create("transcriptions", **known_speaker(RECORDING)), ["known_speaker_names", REFERENCES]
        ),
    )
    yield "transcriptions, include logprobs", check_logprobs
    yield (
        "transcriptions, bytes without a name",
        lambda: check_format(create("transcriptions", file=io.BytesIO(FILE.read_bytes())), "json"),
    )


def known_speaker(reference):
    """A field each for a name and a recording: the oldest SDK cannot write a list into a form."""
    names, references = (["An"], [reference]) if NEWEST else ("An", reference)
    return {"known_speaker_names": names, REFERENCES: references}


def check_ignored(answer, names):
    assert json.loads(answer.model_dump_json())["ignored"] == names, answer


def check_logprobs():
    name = "include" if NEWEST else "include[]"
    answer = json.loads(create("transcriptions", **{name: ["logprobs"]}).model_dump_json())
    assert all(entry["logprob"] <= 0 for entry in answer["logprobs"]), answer
    assert "".join(entry["token"] for entry in answer["logprobs"]).split() == answer["text"].split()


def streams():
    if not NEWEST:
        return
    for model in ("whisper-1", "gpt-4o-transcribe"):
        yield (
            f"transcriptions, stream, {model}",
            lambda model=model: check_stream(create("transcriptions", model=model, stream=True)),
        )
    yield (
        "transcriptions, stream, diarized_json",
        lambda: check_stream(create("transcriptions", stream=True, response_format="diarized_json"), segments=True),
    )
    yield (
        "transcriptions, stream, include logprobs",
        lambda: check_stream(create("transcriptions", stream=True, include=["logprobs"]), logprobs=True),
    )


def check_stream(events, *, segments=False, logprobs=False):
    events = list(events)
    kinds = [event.type for event in events]
    assert kinds.count("transcript.text.done") == 1 and kinds[-1] == "transcript.text.done", kinds
    deltas = "".join(event.delta for event in events if event.type == "transcript.text.delta")
    assert deltas == events[-1].text and deltas, (deltas, events[-1].text)
    assert ("transcript.text.segment" in kinds) == segments, kinds
    assert bool(events[-1].logprobs) == logprobs, events[-1]


def asynchronous():
    async def one():
        sdk = openai.AsyncOpenAI(base_url=URL, api_key=KEY)
        check_format(await sdk.audio.transcriptions.create(file=FILE, model="whisper-1"), "json")
        check_format(await sdk.audio.translations.create(file=FILE, model="whisper-1"), "json")
        if NEWEST:
            events = await sdk.audio.transcriptions.create(file=FILE, model="whisper-1", stream=True)
            check_stream([event async for event in events])

    yield "asynchronous client", lambda: asyncio.run(one())


def errors():
    yield (
        "400 has message, type, param and code",
        lambda: check_error(openai.BadRequestError, "response_format", "invalid_field", response_format="docx"),
    )
    yield (
        "404 for a model that is not there",
        lambda: check_error(openai.NotFoundError, "model", "model_not_found", model="whisper-9"),
    )
    yield (
        "400 for a language that is none",
        lambda: check_error(openai.BadRequestError, "language", "unknown_language", language="klingon"),
    )
    yield (
        "400 for a file that is no audio",
        lambda: check_error(
            openai.BadRequestError, "file", None, file=("notes.mp3", b"These are notes and no sound at all. " * 40)
        ),
    )

    yield (
        "400 for a recording of a speaker that is no data URL",
        lambda: check_error(
            openai.BadRequestError,
            REFERENCES,
            "invalid_field",
            response_format="diarized_json",
            speakers="auto",
            **known_speaker("https://files.example/an.wav"),
        ),
    )


def check_error(kind, param, code, **wrong):
    began = time.monotonic()
    try:
        create("transcriptions", **{"file": FILE, **wrong})
    except kind as error:
        if NEWEST:  # the oldest looks for the fields one level too high, with OpenAI's own answers too
            assert error.param == param and (code is None or error.code == code), (error.param, error.code)
            assert error.type == "invalid_request_error", error.type
        assert len(error.message) > 20, error
        assert time.monotonic() - began < 5, "it was sent again"
    else:
        raise AssertionError("nothing was raised")


def models():
    yield "models.list", check_models
    yield "models.retrieve", lambda: client().models.retrieve("whisper-1").id


def check_models():
    names = [model.id for model in client().models.list()]
    assert {"whisper-1", "demo"} <= set(names), names


def retries():
    yield "a call that outlives its timeout is sent three times and done once", check_retries


def check_retries():
    """The job is the same for all three: nothing but its id tells."""
    answer = None
    for _ in range(40):
        try:
            answer = create("transcriptions", client(timeout=1.0), file=OTHER)
            break
        except openai.APITimeoutError:
            continue
    assert answer is not None and len(answer.text) > 100, answer


def cells():
    for endpoint in ("transcriptions", "translations"):
        yield from formats(endpoint)
    for group in (granularities, fields, streams, asynchronous, errors, models, retries):
        yield from group()


def outcome(check):
    try:
        check()
    except Exception as error:
        return f"{type(error).__name__}: {error}"[:300]
    return "ok"


if __name__ == "__main__":
    print(json.dumps({"version": openai.__version__, "cells": {name: outcome(check) for name, check in cells()}}))
