import datetime
import json
import uuid
from dataclasses import replace

import pytest

from stt.api.schemas.job import JobBody, UploadAccepted, UploadForm
from stt.api.schemas.result import PartialResultBody, ResultBody
from stt.domain.jobs.chunk import ChunkPlan, Span
from stt.domain.transcripts.coverage import Coverage
from stt.domain.transcripts.transcript import Gap, Segment, Suppressed, Transcript, Word
from tools.encoded_audio import encoded

MP3 = encoded(".mp3")


async def upload(client, name="talk.mp3", **fields):
    answer = await client.post("/api/stt/upload", files={"file": (name, MP3)}, data=fields)
    assert answer.status_code == 200
    return answer.json()["job_id"]


async def complete(embedded, job_id, **changes):
    words = (Word("xin", 0.1, 0.4, 0.9), Word("chào", 0.5, 0.9, 0.8))
    transcript = Transcript(
        job_id=job_id,
        language="vi",
        duration=2.0,
        text="xin chào",
        segments=(Segment(0.1, 0.9, "xin chào", words),),
        coverage=Coverage(speech=1.8, words=0.8, silence=0.2, sound=0, suppressed=0, gap=1.0, ratio=0.44),
        gaps=(Gap(1.0, 2.0, "no_words"),),
        model="demo",
        engine="faster-whisper",
        created_at="2026-01-31T08:15:00+00:00",
    )
    transcript = replace(transcript, **changes)
    key = f"results/{job_id}/transcription.json"
    await embedded.storage.write(key, json.dumps(transcript.to_dict()).encode())
    _, claim = await embedded.jobs.claim("worker", 60)
    await embedded.jobs.finish_prepare(claim, duration=2.0, chunks_total=0, broke_off=None)
    _, claim = await embedded.jobs.claim("worker", 60)
    await embedded.jobs.complete(claim, key)


async def test_an_upload_is_answered_with_an_id_before_it_is_worked_at(client):
    answer = await client.post(
        "/api/stt/upload", files={"file": ("test.mp3", MP3)}, data={"language": "vi", "model": "medium"}
    )
    body = answer.json()
    assert answer.status_code == 200
    assert set(body) == {"job_id", "status", "message"}
    assert str(uuid.UUID(body["job_id"])) == body["job_id"]
    assert body["status"] == "PENDING"
    assert f"/api/stt/status/{body['job_id']}" in body["message"]


async def test_the_status_says_everything_about_a_waiting_job(client):
    job_id = await upload(client, "băng ghi.mp3", language="AUTO", priority="high", engine="whisper.cpp")
    body = (await client.get(f"/api/stt/status/{job_id}")).json()
    created = datetime.datetime.fromisoformat(body.pop("created_at"))
    assert abs(datetime.datetime.now(datetime.UTC) - created) < datetime.timedelta(minutes=1)
    assert body == {
        "job_id": job_id,
        "status": "PENDING",
        "progress": 0.0,
        "error_message": None,
        "error_code": None,
        "stage": None,
        "filename": "băng ghi.mp3",
        "language": "auto",
        "detected_language": None,
        "model": "demo",
        "engine": "whisper.cpp",
        "priority": "high",
        "task": "transcribe",
        "prompt": "",
        "hotwords": "",
        "channels": "mixed",
        "track": "auto",
        "tone_marks": "as-written",
        "metadata": {},
        "webhook_url": None,
        "speakers": "off",
        "known_speakers": "off",
        "redo": None,
        "delete_audio_after": None,
        "delete_text_after": None,
        "audio_deleted_at": None,
        "text_deleted_at": None,
        "duration": None,
        "broke_off": None,
        "notes": [],
        "seconds_done": 0.0,
        "chunks_total": None,
        "chunks_completed": 0,
        "file_size": len(MP3),
        "retry_count": 0,
        "started_at": None,
        "completed_at": None,
        "eta": {"position": 1, "p50": None, "p90": None},
    }


TOLD_APART = {"speakers", "turns"}
"""Only where speakers are told apart."""
ASKED = {
    "language": "multi",
    "model": "demo",
    "priority": "low",
    "engine": "whisper.cpp",
    "task": "translate",
    "prompt": "Biên bản cuộc họp.\nNgười ghi: Huế",
    "hotwords": "Nguyễn Thị Minh Khai, OKR\nSaaS",
    "channels": "separate",
    "track": "all",
    "tone_marks": "old",
    "speakers": "2-4",
    "known_speakers": "all",
    "delete_audio_after": 3600.0,
    "delete_text_after": 7200.5,
}


async def test_everything_an_upload_asks_is_read_back_from_its_status(client):
    assert {"file", "metadata", "webhook_url", *ASKED} == set(UploadForm.model_fields)
    job_id = await upload(client, **ASKED)
    body = (await client.get(f"/api/stt/status/{job_id}")).json()
    assert {name: body[name] for name in ASKED} == ASKED


async def test_a_stage_is_shown_while_there_is_one(client, embedded):
    job_id = await upload(client)
    await embedded.jobs.claim("worker", 60)
    body = (await client.get(f"/api/stt/status/{job_id}")).json()
    assert (body["status"], body["stage"]) == ("PROCESSING", "prepare")
    assert body["started_at"]


async def test_the_result_of_an_unfinished_job_is_refused_with_its_status(client):
    job_id = await upload(client)
    answer = await client.get(f"/api/stt/result/{job_id}")
    assert answer.status_code == 400
    expected = {"detail": "Job not completed", "code": "job_not_completed", "status": 400, "job_status": "PENDING"}
    assert answer.json() == answer.json() | expected


async def test_the_result_is_what_its_description_says(client, embedded):
    job_id = await upload(client)
    await complete(embedded, job_id, broke_off=1.5)
    answer = await client.get(f"/api/stt/result/{job_id}")
    body = answer.json()
    assert answer.status_code == 200
    assert set(body) == set(ResultBody.model_fields) - TOLD_APART
    ResultBody.model_validate(body, strict=False)
    assert (body["job_id"], body["status"], body["text"]) == (job_id, "COMPLETED", "xin chào")
    assert body["minio_result_path"] == f"results/{job_id}/transcription.json"
    assert body["segments"][0]["words"][1] == {"word": "chào", "start": 0.5, "end": 0.9, "probability": 0.8}
    assert body["gaps"] == [{"start": 1.0, "end": 2.0, "reason": "no_words"}]
    assert (body["coverage"]["gap"], body["suppressed"], body["broke_off"]) == (1.0, [], 1.5)
    status = (await client.get(f"/api/stt/status/{job_id}")).json()
    assert (status["progress"], status["stage"], status["completed_at"]) == (
        100.0,
        None,
        body["completed_at"].replace("+00:00", "Z"),
    )


async def test_channels_languages_and_words_left_out_are_in_the_result(client, embedded):
    job_id = await upload(client, language="multi", channels="separate")
    said = Segment(0.1, 0.9, "hello", (Word("hello", 0.1, 0.9, 0.9),), channel=1, language="en")
    left_out = Suppressed(1.5, 2.0, "Cảm ơn đã xem.", "no_speech", channel=1)
    gap = Gap(1.0, 1.5, "no_words", channel=0)
    await complete(embedded, job_id, language="multi", segments=(said,), gaps=(gap,), suppressed=(left_out,))
    body = (await client.get(f"/api/stt/result/{job_id}")).json()
    ResultBody.model_validate(body, strict=False)
    assert (body["language"], body["segments"][0]["language"], body["segments"][0]["channel"]) == ("multi", "en", 1)
    assert body["gaps"] == [{"start": 1.0, "end": 1.5, "reason": "no_words", "channel": 0}]
    told = {"start": 1.5, "end": 2.0, "text": "Cảm ơn đã xem.", "reason": "no_speech", "channel": 1}
    assert body["suppressed"] == [told]


async def test_labels_that_say_nothing_are_absent(client, embedded):
    job_id = await upload(client)
    await complete(embedded, job_id)
    body = (await client.get(f"/api/stt/result/{job_id}")).json()
    assert set(body["segments"][0]) == {"id", "start", "end", "text", "words"}
    assert set(body["gaps"][0]) == {"start", "end", "reason"}


async def prepare(embedded, count, *, cut=2, **done):
    """Cut `cut` chunks of ten seconds and transcribe the first `count`, each into one line; returns the job's claim."""
    job, claim = await embedded.jobs.claim("worker", 60)
    for index in range(cut):
        owned = Span(10.0 * index, 10.0 * index + 10)
        plan = ChunkPlan(index, owned, owned, (Span(owned.start + 1, owned.end - 1),))
        await embedded.chunks.add(claim, job, plan, f"chunks/{index}")
    for _ in range(count):
        chunk, _, held = await embedded.chunks.claim("worker", 60)
        word = Word("xin", chunk.plan.owned.start + 1, chunk.plan.owned.end - 1, 0.9)
        await embedded.chunks.complete(chunk, held, [Segment(word.start, word.end, "xin", (word,))], [])
    return claim


async def so_far(client, job_id, **query):
    answer = await client.get(f"/api/stt/result/{job_id}", params={"partial": 1} | query)
    assert answer.status_code == 200
    body = answer.json()
    assert set(body) == set(PartialResultBody.model_fields) - TOLD_APART
    PartialResultBody.model_validate(body, strict=False)
    return body


async def test_a_transcript_can_be_read_while_it_grows(client, embedded):
    job_id = await upload(client)
    body = await so_far(client, job_id)
    assert (body["status"], body["complete"], body["until"], body["text"]) == ("PENDING", False, 0.0, "")
    await prepare(embedded, 1)
    body = await so_far(client, job_id)
    assert (body["status"], body["complete"], body["until"], body["text"]) == ("PROCESSING", False, 10.0, "xin")
    assert (body["duration"], body["engine"], body["minio_result_path"]) == (None, None, None)
    assert (body["coverage"]["words"], body["coverage"]["silence"]) == (8.0, 2.0)
    assert (await client.get(f"/api/stt/result/{job_id}")).status_code == 400


async def test_only_what_is_new_can_be_asked_for(client, embedded):
    job_id = await upload(client, engine="whisper.cpp")
    claim = await prepare(embedded, 2)
    await embedded.jobs.finish_prepare(claim, duration=25.0, chunks_total=3, broke_off=None)
    body = await so_far(client, job_id, after=10.0)
    assert [segment["start"] for segment in body["segments"]] == [11.0]
    assert (body["until"], body["coverage"]["words"], body["coverage"]["silence"]) == (20.0, 8.0, 2.0)
    assert (body["duration"], body["engine"]) == (25.0, "whisper.cpp")
    assert (await so_far(client, job_id, after=20.0))["segments"] == []


async def test_of_a_cancelled_job_what_there_was_can_be_read(client, embedded):
    job_id = await upload(client)
    await prepare(embedded, 1)
    await client.post(f"/api/stt/cancel/{job_id}")
    body = await so_far(client, job_id)
    assert (body["status"], body["complete"], body["until"], body["text"]) == ("CANCELLED", False, 10.0, "xin")
    assert body["completed_at"]


async def test_a_completed_job_reads_the_same_with_and_without_partial(client, embedded):
    job_id = await upload(client)
    await complete(embedded, job_id)
    whole = (await client.get(f"/api/stt/result/{job_id}")).json()
    assert await so_far(client, job_id) == whole | {"complete": True, "until": 2.0}
    rest = await so_far(client, job_id, after=0.5)
    assert (rest["segments"], rest["text"], rest["complete"]) == ([], "", True)
    assert (await client.get(f"/api/stt/result/{job_id}", params={"partial": 0})).json() == whole


async def test_nothing_is_read_before_the_language_is_decided(client, embedded):
    job_id = await upload(client, language="auto")
    claim = await prepare(embedded, 0)
    body = await so_far(client, job_id)
    assert (body["until"], body["segments"], body["language"]) == (0.0, [], "und")
    await embedded.jobs.finish_prepare(claim, duration=20.0, chunks_total=2, broke_off=None)
    _, claim = await embedded.jobs.claim("worker", 60)
    await embedded.jobs.decide_language(claim, "en")
    assert (await so_far(client, job_id))["language"] == "en"


@pytest.mark.parametrize("query", [{"after": -1}, {"after": "nan"}, {"after": "inf"}, {"partial": "perhaps"}])
async def test_a_place_that_is_none_is_refused(client, query):
    job_id = await upload(client)
    answer = await client.get(f"/api/stt/result/{job_id}", params={"partial": 1} | query)
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid_field")


async def test_cancelling_is_answered_with_the_job_and_may_be_repeated(client):
    job_id = await upload(client)
    for _ in range(2):
        answer = await client.post(f"/api/stt/cancel/{job_id}")
        assert (answer.status_code, answer.json()["status"]) == (200, "CANCELLED")
    assert (await client.get(f"/api/stt/result/{job_id}")).json()["job_status"] == "CANCELLED"


async def test_a_completed_job_cannot_be_cancelled(client, embedded):
    job_id = await upload(client)
    await complete(embedded, job_id)
    answer = await client.post(f"/api/stt/cancel/{job_id}")
    assert (answer.status_code, answer.json()["code"], answer.json()["job_status"]) == (
        409,
        "job_already_ended",
        "COMPLETED",
    )


@pytest.mark.parametrize("job_id", ["unknown", "..%5Cx", "x" * 500, "0b2f6d0e-5a1c-4d57-9f1e-0f4f3f8f9c55"])
@pytest.mark.parametrize(("method", "path"), [("GET", "status"), ("GET", "result"), ("POST", "cancel")])
async def test_an_unknown_job_is_a_404(client, method, path, job_id):
    answer = await client.request(method, f"/api/stt/{path}/{job_id}")
    assert (answer.status_code, answer.json()["code"]) == (404, "job_not_found")


@pytest.mark.parametrize(("method", "path"), [("GET", "status"), ("GET", "result"), ("POST", "cancel")])
async def test_a_null_character_is_no_part_of_a_name(client, method, path):
    answer = await client.request(method, f"/api/stt/{path}/%00")
    assert (answer.status_code, answer.json()["code"]) == (400, "malformed_request")


@pytest.mark.parametrize("schema", [UploadAccepted, JobBody, ResultBody])
def test_the_examples_are_valid(schema):
    for example in schema.model_config["json_schema_extra"]["examples"]:
        assert schema.model_validate(example).model_dump(mode="json").keys() - TOLD_APART == example.keys() - TOLD_APART
