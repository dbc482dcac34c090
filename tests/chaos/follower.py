"""Somebody who watches a job while the service dies: each event comes once, however often the stream breaks."""

import contextlib
import json
import threading
import time

import httpx

from stt.domain.events.event import EventKind
from stt.domain.events.position import Position

ENDS = {str(kind) for kind in EventKind if kind.is_end}
TEXT, RESET = "job.text", "reset"


class Follower:
    """Goes on behind the last event that it has read, as browsers do, until the end of the job or `give_up`."""

    def __init__(self, service, job_id):
        self._service, self.job_id = service, job_id
        self._over = threading.Event()
        self._last = None
        self.told, self.texts, self.resets = [], [], 0
        """Numbers of events and their kinds; the seconds between which text was told; how often all was taken back."""
        self._thread = threading.Thread(target=self._follow)
        self._thread.start()

    def give_up(self, seconds=30.0):
        self._thread.join(seconds)
        self._over.set()
        self._thread.join()

    def faults(self, events):
        """What was left out or told twice; `events` are the numbers and kinds that the table has of this job."""
        numbers = [number for number, _ in self.told]
        if self.resets:
            return
        if numbers != sorted(set(numbers)):
            yield f"job {self.job_id} was told of twice, or out of order: {self.told}"
        # Of progress that follows upon progress one may stand for all.
        due = {number for number, kind in events if kind not in (EventKind.PROGRESS, EventKind.EDITED)}
        if not due <= set(numbers) <= {number for number, _ in events}:
            yield f"of job {self.job_id} was told {self.told}, where {events} happened"
        ends = [0.0, *(until for _, until in self.texts)]
        if any(after != end for (after, _), end in zip(self.texts, ends, strict=False)):
            yield f"the text of job {self.job_id} was told with holes, or twice: {self.texts}"

    def _follow(self):
        while not self._over.is_set():
            headers = self._service.headers | ({"Last-Event-ID": self._last} if self._last else {})
            url = f"{self._service.url}/api/stt/jobs/{self.job_id}/events"
            # A stream that is silent for longer than its comments belongs to a process that is asleep, or gone.
            with (
                contextlib.suppress(httpx.TransportError),
                httpx.stream("GET", url, headers=headers, timeout=20, verify=False) as answer,
            ):
                if answer.status_code == 204:
                    return
                if answer.status_code == 200 and self._read(answer.iter_lines()):
                    return
            time.sleep(0.1)

    def _read(self, lines):
        """Whether the job has ended."""
        event = {}
        for line in lines:
            if line:
                name, _, value = line.partition(":")
                event[name] = value.removeprefix(" ")
                continue
            if "data" in event and self._take(event):
                return True
            event = {}
        return False

    def _take(self, event):
        data = json.loads(event["data"])
        self._last = event.get("id", self._last)
        if data["type"] == TEXT:
            self.texts.append((data["after"], data["until"]))
        elif data["type"] == RESET:
            self.resets += 1
        else:
            self.told.append((Position.read(event["id"]).event_id, data["type"]))
        return data["type"] in ENDS
