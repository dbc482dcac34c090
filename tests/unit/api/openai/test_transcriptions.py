"""OpenAI's routes: every format, every field, and refusals in their shape."""

import asyncio

import pytest

from tools.encoded_audio import encoded

MP3 = encoded(".mp3")


async def test_the_text_comes_on_the_connection_of_the_upload(answered):
    answer = await answered()
    assert answer.status_code == 200
    assert answer.json() == {"text": "Xin chào. Vâng.", "usage": {"type": "duration", "seconds": 4}}
    assert answer.headers["x-stt-job-id"]
    assert answer.headers["x-request-id"]


@pytest.mark.parametrize(
    ("form", "begins"),
    [("text", "Xin chào. Vâng.\n"), ("srt", "1\n00:00:00,100 --> "), ("vtt", "WEBVTT\n\n1\n00:00:00.100 --> ")],
)
async def test_bare_text(answered, form, begins):
    answer = await answered(response_format=form)
    assert answer.text.startswith(begins)
    assert answer.headers["content-type"].startswith("text/plain")


async def test_verbose_json_has_words_only_when_they_are_asked_for(answered, client):
    segments = (await answered(response_format="verbose_json")).json()
    assert (segments["task"], segments["language"], segments["duration"]) == ("transcribe", "vietnamese", 4.0)
    assert [s["text"] for s in segments["segments"]] == [" Xin chào.", " Vâng."]
    assert "words" not in segments
    both = await client.post(
        "/v1/audio/transcriptions",
        files={"file": ("talk.mp3", MP3)},
        data={
            "model": "demo",
            "response_format": "verbose_json",
            "timestamp_granularities[]": ["word", "segment"],
        },
    )
    assert [word["word"] for word in both.json()["words"]] == ["Xin", "chào.", "Vâng."]
    assert both.json()["segments"]


async def test_diarized_json(answered):
    body = (await answered(response_format="diarized_json")).json()
    assert body["segments"][0] == {
        "id": "seg_0",
        "type": "transcript.text.segment",
        "start": 0.1,
        "end": 0.9,
        "speaker": "A",
        "text": "Xin chào.",
    }


async def test_what_is_not_used_is_said(answered):
    fields = {"temperature": "0.4", "chunking_strategy[type]": "server_vad", "chunking_strategy[threshold]": "0.5"}
    body = (await answered(**fields, known_speaker_names="An", colour="red")).json()
    assert body["ignored"] == ["chunking_strategy", "colour", "temperature", "known_speaker_names"]


@pytest.mark.parametrize(
    ("fields", "ignored"),
    [
        ({"include[]": "logprobs"}, None),
        ({"include": ["logprobs", "x"], "response_format": "verbose_json"}, ["include: logprobs", "include: x"]),
        ({"timestamp_granularities": "word"}, ["timestamp_granularities"]),
        ({"timestamp_granularities": "word", "response_format": "verbose_json"}, None),
        ({"timestamp_granularities[]": "word", "response_format": "diarized_json", "speakers": "off"},
         ["timestamp_granularities"]),
    ],
)  # fmt: skip
async def test_what_another_format_would_have_used_is_named(answered, fields, ignored):
    answer = await answered(**fields)
    assert answer.json().get("ignored") == ignored
    assert ("x-stt-ignored" in answer.headers) == (ignored is not None)


async def test_bare_text_says_in_a_header_what_is_not_used(answered):
    answer = await answered(response_format="srt", temperature="0.4", **{"färbe\r\nx: y": "1", "include[]": "logprobs"})
    assert answer.headers["x-stt-ignored"] == "f%C3%A4rbe%0D%0Ax: y, temperature, include: logprobs"
    assert "x" not in answer.headers


async def test_the_language_of_a_translation_is_english_whatever_is_spoken(answered):
    answer = await answered("translations", response_format="verbose_json")
    assert (answer.json()["task"], answer.json()["language"]) == ("translate", "english")


async def test_nobody_speaking_is_an_empty_text(client, worker):
    call = asyncio.create_task(
        client.post("/v1/audio/transcriptions", files={"file": ("a.mp3", MP3)}, data={"model": "demo"})
    )
    await worker(segments=())
    answer = await call
    assert (answer.status_code, answer.json()["text"]) == (200, "")


async def test_a_translation_is_asked_for_as_one(client, worker, embedded):
    call = asyncio.create_task(
        client.post("/v1/audio/translations", files={"file": ("a.mp3", MP3)}, data={"model": "whisper-1"})
    )
    job = await worker()
    assert (await call).status_code == 200
    assert (job.guidance.task, job.language, job.model) == ("translate", "auto", "demo")


async def test_fields_may_follow_the_file(client, worker):
    body = (
        b'--x\r\nContent-Disposition: form-data; name="file"; filename="a.mp3"\r\n\r\n'
        + MP3
        + b'\r\n--x\r\nContent-Disposition: form-data; name="model"\r\n\r\ndemo'
        + b'\r\n--x\r\nContent-Disposition: form-data; name="response_format"\r\n\r\ntext\r\n--x--\r\n'
    )
    headers = {"content-type": "multipart/form-data; boundary=x"}
    call = asyncio.create_task(client.post("/v1/audio/transcriptions", content=body, headers=headers))
    await worker()
    assert (await call).text == "Xin chào. Vâng.\n"


@pytest.mark.parametrize(
    ("fields", "status", "param", "code"),
    [
        ({"response_format": "docx"}, 400, "response_format", "invalid_field"),
        ({"timestamp_granularities[]": "letter"}, 400, "timestamp_granularities", "invalid_field"),
        ({"temperature": "hot"}, 400, "temperature", "invalid_field"),
        ({"language": "klingon"}, 400, "language", "unknown_language"),
        ({"model": "whisper-9"}, 404, "model", "model_not_found"),
        ({"stream": "perhaps"}, 400, "stream", "invalid_field"),
    ],
)
async def test_what_is_wrong_is_said_in_openais_shape_and_nothing_is_left(
    answered, embedded, fields, status, param, code
):
    answer = await answered(working=False, **fields)
    error = answer.json()["error"]
    assert (answer.status_code, error["param"], error["code"]) == (status, param, code)
    assert (error["type"], answer.headers["x-should-retry"]) == ("invalid_request_error", "false")
    assert error["message"]
    assert await embedded.nothing_is_left()


async def test_a_form_without_a_file_is_refused(client):
    answer = await client.post("/v1/audio/transcriptions", files={"model": (None, "demo")})
    assert (answer.status_code, answer.json()["error"]["param"]) == (400, "file")


async def test_routes_that_are_not_there_answer_in_the_same_shape(client):
    assert (await client.get("/v1/chat/completions")).json()["error"]["code"] == "route_not_found"
    assert (await client.get("/v1/audio/transcriptions")).json()["error"]["code"] == "method_not_allowed"
    assert "detail" in (await client.get("/api/stt/nothing")).json()


@pytest.mark.parametrize(
    ("error", "status", "kind"),
    [
        (("audio_unreadable", "It is no audio."), 400, "invalid_request_error"),
        (("model_unavailable", "It is not installed."), 500, "server_error"),
    ],
)
async def test_a_job_that_fails_says_why(client, worker, error, status, kind):
    call = asyncio.create_task(
        client.post("/v1/audio/transcriptions", files={"file": ("a.mp3", MP3)}, data={"model": "demo"})
    )
    await worker(error=error)
    answer = await call
    assert (answer.status_code, answer.json()["error"]["type"]) == (status, kind)
    assert answer.json()["error"]["message"] == error[1]
    assert answer.headers["x-should-retry"] == "false"


async def test_models_are_listed_by_every_name(client):
    listed = (await client.get("/v1/models")).json()
    names = [model["id"] for model in listed["data"]]
    assert listed["object"] == "list"
    assert {"whisper-1", "gpt-4o-transcribe", "demo", "large-v3", "large", "turbo"} <= set(names)
    assert len(names) == len(set(names))
    assert (await client.get("/v1/models/whisper-1")).json()["object"] == "model"
    missing = await client.get("/v1/models/whisper-9")
    assert (missing.status_code, missing.json()["error"]["code"]) == (404, "model_not_found")


@pytest.mark.parametrize("name", ["whisper-1", "turbo", "Systran/faster-whisper-tiny", "openai/whisper-small.en"])
async def test_every_name_that_may_be_sent_can_be_asked_for(client, name):
    answer = await client.get(f"/v1/models/{name}")
    assert (answer.status_code, answer.json()["id"]) == (200, name)


async def test_a_hundred_keywords_may_be_sent(client, worker):
    fields = {"model": "demo", "keywords[]": [f"k{n}" for n in range(100)]}
    call = asyncio.create_task(client.post("/v1/audio/transcriptions", files={"file": ("a.mp3", MP3)}, data=fields))
    job = await worker()
    assert job.guidance.hotwords == ", ".join(fields["keywords[]"])
    assert (await call).status_code == 200
