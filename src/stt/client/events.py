"""Server-sent events, read as the HTML standard says (section 9.2)."""

import json

from stt.client.errors import NoService, Refused
from stt.client.job import Event
from stt.client.operations import LOOK_SECONDS, Manner
from stt.client.requests import Patience, job_path, refusal_of
from stt.client.steps import Answer, Call, Found, Items, NextLine, Open, Pause, Steps

NO_CONTENT = 204
ENDS = ("job.completed", "job.failed", "job.cancelled", "job.deleted")


def events(manner: Manner, /, job_id: str | None = None, *, position: str | None = None) -> Items[Event]:
    """What happens to a job until its end, or to all jobs; `position` is that of an event that was seen before.

    A stream that breaks goes on where it was. Where that is not known any more there is an event `reset`.
    """
    path = job_path(job_id, "events") if job_id is not None else "/api/stt/events"
    patience = Patience(manner.patience)
    while True:
        try:
            goes_on = yield from _opened(path, position)
            patience = Patience(manner.patience)
            fields: dict[str, str] = {}
            while goes_on and (line := (yield NextLine())) is not None:
                event = _taken(line, fields)
                if event:
                    position = event.position or position
                    yield Found(event)
                    goes_on = job_id is None or event.type not in ENDS
        except (NoService, Refused) as error:
            if not patience.bears(error):
                raise
        else:
            if not goes_on:
                return
        yield Pause(LOOK_SECONDS)


def _opened(path: str, position: str | None) -> Steps[bool]:
    """Whether there is more to come behind a position; raises `Refused`."""
    headers = {"Last-Event-ID": position} if position else {}
    answer: Answer = yield Open(Call("GET", path, headers=headers))
    refused = refusal_of(answer)
    if refused:
        raise refused
    return answer.status != NO_CONTENT


def _taken(line: str, fields: dict[str, str]) -> Event | None:
    """The event that a line ends, if it is an empty one; otherwise the line is kept with those before it."""
    if line:
        name, _, value = line.partition(":")
        fields[name] = value.removeprefix(" ")
        return None
    taken = dict(fields)
    fields.clear()
    if "data" not in taken:
        return None
    return Event(taken.get("event", "message"), json.loads(taken["data"]), taken.get("id"))
