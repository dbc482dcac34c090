"""A span of a completed job heard again, by real processes and a real model, in both settings."""

import difflib

import httpx
import pytest

from stt.worker.models.store import PACKAGED
from tools.service import wait_for

TALK = PACKAGED / "sample-en.flac"
SPAN = {"start": 6.0, "end": 9.5}
BOTH = pytest.mark.parametrize("service", ["embedded", "distributed"], indirect=True)


def begin(service, job_id, **asked):
    return httpx.post(f"{service.url}/api/stt/jobs/{job_id}/redo", json=SPAN | asked, timeout=30)


def transcript(service, job_id, version=None):
    asked = f"?version={version}" if version is not None else ""
    answer = service.get(f"/api/stt/jobs/{job_id}/transcript{asked}")
    assert answer.status_code == 200, answer.text
    return answer.json()


def words_of(document):
    return [word for segment in document["segments"] for word in segment["words"]]


def outside(words):
    return [w for w in words if not SPAN["start"] <= (w["start"] + w["end"]) / 2 <= SPAN["end"]]


@BOTH
def test_a_span_is_heard_again_and_all_else_stays(service):
    job_id = service.submit(TALK, language="en")
    service.wait(job_id)
    first = transcript(service, job_id)
    answer = begin(service, job_id, model="demo", language="English")
    assert (answer.status_code, answer.json()["redo"]["language"]) == (202, "en")
    service.wait(job_id)
    again = transcript(service, job_id)
    assert again["version"] == 1
    assert [w["word"] for w in words_of(again)] == [w["word"] for w in words_of(first)]  # the model is the same
    assert outside(words_of(again)) == outside(words_of(first))
    assert {s["id"] for s in again["segments"]} - {s["id"] for s in first["segments"]}
    assert transcript(service, job_id, "machine") == first
    [version] = service.get(f"/api/stt/jobs/{job_id}/versions").json()["data"]
    assert version["redo"] == SPAN | {"model": "demo", "language": "en", "prompt": ""}
    changed = service.get(f"/api/stt/jobs/{job_id}/versions/1").json()
    undone = {"operations": changed["inverse"]}
    url = f"{service.url}/api/stt/jobs/{job_id}/transcript"
    back = httpx.patch(url, json=undone, headers={"If-Match": '"v1"'}, timeout=30)
    assert (back.status_code, transcript(service, job_id)["segments"]) == (200, first["segments"])


@BOTH
def test_killed_in_the_middle_it_is_done_once_and_the_transcript_is_there_meanwhile(service):
    job_id = service.submit(TALK, language="en")
    service.wait(job_id)
    first = transcript(service, job_id)
    assert begin(service, job_id).status_code == 202
    for name, process in list(service.processes.items()):
        if name != "api":
            assert process.poll() is None
            service.kill(name)
            service.start(name, name.rstrip("0123456789"))
    service.wait_until_ready()
    assert outside(words_of(transcript(service, job_id))) == outside(words_of(first))
    status = service.wait(job_id)
    assert (status["status"], status["redo"], status["error_code"]) == ("COMPLETED", None, None)
    assert [v["version"] for v in service.get(f"/api/stt/jobs/{job_id}/versions").json()["data"]] == [1]
    said, before = ([w["word"] for w in words_of(d)] for d in (transcript(service, job_id), first))
    assert not [change for change in difflib.ndiff(before, said) if change[0] != " "]


@BOTH
def test_words_that_come_by_it_are_found_by_search(service):
    job_id = service.submit(TALK, language="en")
    service.wait(job_id)
    begin(service, job_id, language="vi")
    service.wait(job_id)
    text = transcript(service, job_id)
    new = [s for s in text["segments"] if s.get("language") == "vi"]
    assert all(SPAN["start"] - 1 < s["start"] <= s["end"] < SPAN["end"] + 1 for s in new)
    word = words_of(text)[-1]["word"].strip(".,")

    def found():
        jobs = service.get(f"/api/stt/jobs?q={word}").json()["data"]
        return job_id in [job["job_id"] for job in jobs]

    wait_for(found, 60, service.logs)
