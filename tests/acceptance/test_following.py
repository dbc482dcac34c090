"""One job, followed by its id through the logs and counters of an API and a consumer."""

import json
from pathlib import Path

import httpx
from prometheus_client.parser import text_string_to_metric_families

import stt
from tools.service import Service, free_port, wait_for

SAMPLE = Path(stt.__file__).parent / "assets" / "sample-vi.flac"
REQUEST_ID = "request-of-the-test"


def lines(log):
    return [json.loads(line) for line in log.read_text().splitlines() if line.startswith("{")]


def counted(url):
    families = text_string_to_metric_families(httpx.get(url, timeout=10, verify=False).text)
    return {(s.name, *sorted(s.labels.items())): s.value for family in families for s in family.samples}


def test_a_job_is_followed_from_its_request_to_its_merge(tmp_path):
    port = free_port()
    with Service(tmp_path, {"STT_POLL_SECONDS": "0.2"}, commands=("api",)) as service:
        service.environment["STT_METRICS_PORT"] = str(port)
        service.start("consumer", "consumer")
        with SAMPLE.open("rb") as file:
            fields = {"language": "vi", "model": "demo"}
            headers = {"X-Request-ID": REQUEST_ID}
            url = f"{service.url}/api/stt/upload"
            answer = httpx.post(url, files={"file": file}, data=fields, headers=headers, timeout=60, verify=False)
        job_id = answer.json()["job_id"]
        assert service.wait(job_id)["status"] == "COMPLETED"
        text = service.result(job_id)["text"]
        wait_for(lambda: "job_completed" in service.log("consumer").read_text(), 60, service.logs)
        found = counted(f"http://127.0.0.1:{port}/metrics")

    told = [line for line in lines(service.log("api")) if line.get("job_id") == job_id]
    assert [(line["event"], line["request_id"]) for line in told] == [("job_accepted", REQUEST_ID)]

    told = [line for line in lines(service.log("consumer")) if line.get("job_id") == job_id]
    steps = [(line["event"], line["stage"], line.get("chunk")) for line in told]
    for stage, chunk in (("prepare", None), ("transcribe", 0), ("merge", None)):
        assert ("work_taken", stage, chunk) in steps
        assert ("work_done", stage, chunk) in steps
    assert ("job_completed", "merge", None) in steps
    assert all(line["attempt"] >= 1 for line in told)
    (worker,) = {line["worker"] for line in told}
    assert worker

    everything = service.logs()
    assert len(text.split()) > 5
    words = text.split()
    assert not any(" ".join(words[i : i + 3]) in everything for i in range(len(words) - 2))

    model = ("engine", "faster-whisper"), ("model", "demo")
    assert found["stt_jobs_ended_total", ("end", "completed")] == 1
    assert found["stt_attempts_total", ("lane", "chunks"), ("outcome", "done")] >= 1
    assert found["stt_audio_seconds_total", *model] > 1
    assert found["stt_inference_seconds_total", *model] > 0
    assert found["stt_inference_audio_seconds_total", *model] > 1
    assert found["stt_batch_windows_count", *model] >= 1
    assert found["stt_transcript_seconds_total", ("kind", "words")] > 1
    assert found["stt_storage_seconds_count", ("operation", "write")] >= 1
    assert found["stt_publish_seconds_count", ("lane", "chunks")] >= 1
    assert found["stt_slots", ("lane", "jobs")] == 3
