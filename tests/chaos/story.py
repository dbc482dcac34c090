"""What callers do in one round: each sends what was not answered again, with the same key, until it is."""

import contextlib
import re
import threading
import time
import uuid
from dataclasses import dataclass, field
from enum import Enum, auto

import httpx

from tests.chaos import resumable
from tests.chaos.follower import Follower

PATIENCE_SECONDS = 300.0
"""On a machine with much other work leases of two seconds run out in the midst of it, and a story takes minutes."""
NOT_YET = ("idempotency_key_in_use", "database_unavailable", "storage_unavailable", "service_stopping")
EDITS = 2
TALK, CLIP = "talk.flac", "clip.flac"


class End(Enum):
    """How a job has to end."""

    COMPLETED = auto()
    FAILED = auto()
    DELETED = auto()
    EXPIRED = auto()
    """Completed, and both audio and text removed since."""


@dataclass
class Asked:
    """A request for a job."""

    file: str
    end: End
    webhook: bool = False
    key: str = field(default_factory=lambda: uuid.uuid4().hex)
    job_id: str | None = None
    retried: bool = False
    edits: int = 0
    follower: Follower | None = None


class Story:
    """Runs in a thread of its own; raises there what went wrong when it is joined."""

    def __init__(self, service, receiver, files):
        self._service, self._receiver, self._files = service, receiver, files
        self._webhook = f"{receiver.url}/{uuid.uuid4().hex}"
        self.asked = []
        self._error = None
        self._thread = threading.Thread(target=self._run)
        self._thread.start()

    @property
    def is_told(self):
        return not self._thread.is_alive()

    def join(self):
        self._thread.join()
        if self._error is not None:
            raise self._error

    def _run(self):
        try:
            self._tell()
        except BaseException as error:
            self._error = error

    def _tell(self):
        self._jobs(TALK, End.COMPLETED, webhook=True)
        self._cancelled_and_begun_again()
        self._jobs(CLIP, End.COMPLETED, path="/api/stt/upload")
        self._fetched()
        self._deleted()
        self._jobs("broken.flac", End.FAILED, webhook=True)
        self._jobs(CLIP, End.EXPIRED, delete_audio_after="1", delete_text_after="1")
        self._resumed()
        self._followed()
        self._edited()
        for asked in self.asked:
            self._wait(asked)
        for asked in self.asked:
            if asked.follower is not None:
                asked.follower.give_up()

    def _jobs(self, file, end, *, path="/api/stt/jobs", webhook=False, **fields):
        asked = self._ask(file, end, webhook=webhook)
        data = self._fields(asked) | {"language": "vi", "metadata": f'{{"key": "{asked.key}"}}'} | fields
        self._send(
            asked,
            lambda: self._service.post(
                path, files={"file": (file, self._files[file])}, data=data, headers={"Idempotency-Key": asked.key}
            ),
        )
        return asked

    def _fetched(self):
        asked = self._ask(CLIP, End.COMPLETED, webhook=True)
        body = {"url": f"{self._receiver.url}/{CLIP}", "language": "vi", "metadata": {"key": asked.key}}
        body |= self._fields(asked)
        headers = {"Idempotency-Key": asked.key}
        self._send(asked, lambda: self._service.post("/api/stt/jobs", json=body, headers=headers))

    def _cancelled_and_begun_again(self):
        asked = self._jobs(TALK, End.COMPLETED, webhook=True)
        cancelled = self._answered(lambda: self._service.post(f"/api/stt/jobs/{asked.job_id}/cancel"))
        assert cancelled.status_code == 200 or cancelled.json()["code"] == "job_already_ended", cancelled.text
        if cancelled.status_code == 200:
            again = self._answered(lambda: self._service.post(f"/api/stt/jobs/{asked.job_id}/retry"))
            # Where the answer was lost it has been begun again already.
            assert again.is_success or again.json()["code"] in ("job_not_ended_early", "media_missing"), again.text
            asked.retried = True

    def _resumed(self):
        asked = self._ask(TALK, End.COMPLETED, webhook=True)
        fields = {"filename": TALK, "language": "vi", "metadata": f'{{"key": "{asked.key}"}}'} | self._fields(asked)
        asked.job_id = resumable.upload(self._service, self._files[TALK], fields, self._answered)

    def _followed(self):
        asked = self._jobs(TALK, End.COMPLETED)
        asked.follower = Follower(self._service, asked.job_id)

    def _edited(self):
        """Each change is sent until it is answered, and done once; what is changed shows which it was."""
        asked = self._jobs(CLIP, End.COMPLETED)
        self._wait(asked)
        path = f"/api/stt/jobs/{asked.job_id}/transcript"
        segment = self._answered(lambda: self._service.get(f"{path}?format=json")).json()["segments"][0]["id"]
        for number in range(EDITS):
            body = {"operations": [{"op": "text", "segment": segment, "text": f"{asked.key} {number + 1}"}]}
            base = {"If-Match": f'"v{number}"'}
            made = self._answered(lambda: self._service.patch(path, json=body, headers=base))  # noqa: B023
            assert made.status_code == 200, made.text
            assert made.json()["version"] == number + 1, made.text
            asked.edits += 1

    def _deleted(self):
        asked = self._jobs(TALK, End.DELETED)
        deleted = self._answered(lambda: self._service.delete(f"/api/stt/jobs/{asked.job_id}"))
        assert deleted.status_code in (200, 404), deleted.text

    def _ask(self, file, end, *, webhook):
        asked = Asked(file, end, webhook)
        self.asked.append(asked)
        return asked

    def _fields(self, asked):
        return {"webhook_url": self._webhook} if asked.webhook else {}

    def _send(self, asked, send):
        answer = self._answered(send)
        assert answer.is_success, answer.text
        asked.job_id = answer.json()["job_id"]

    def _wait(self, asked):
        path = f"/api/stt/jobs/{asked.job_id}"

        def ended():
            answer = self._answered(lambda: self._service.get(path))
            if asked.end is End.DELETED:
                return answer.status_code == 404
            return answer.json()["status"] in ("COMPLETED", "FAILED", "CANCELLED")

        _until(ended, lambda: f"{asked} has not ended: {self._service.get(path).text}")

    def _answered(self, send):
        """What is answered in the end, by whichever process."""
        answers = []

        def answered():
            with contextlib.suppress(httpx.TransportError):
                answer = send()
                answers.append(answer)
                return answer.status_code < 500 and not any(code in answer.text for code in NOT_YET)
            return False

        _until(answered, lambda: f"no answer; last {answers[-1:] and answers[-1].text}\n{self._service.logs()}")
        return answers[-1]


def _until(condition, explain):
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not condition():
        assert time.monotonic() < deadline, explain()
        time.sleep(0.1)


def transcript_of(service, job_id):
    """The result as the machine wrote it, without what differs from job to job: its id, and when it was made."""
    answer = service.get(f"/api/stt/jobs/{job_id}/transcript?format=json&version=machine")
    assert answer.status_code == 200, answer.text
    body = answer.content.replace(job_id.encode(), b"JOB")
    return re.sub(rb'"created_at": ?"[^"]*"', b'"created_at":"NOW"', body)
