"""What those who watch are sent; every event has its `type` in its data as well."""

from typing import Any

from stt.services.events.happenings import Gone, Happening, Ready, Reset, Text, Told


def event_document(happening: Happening) -> dict[str, Any] | None:
    """The data of an event; `None` where there is nothing to say."""
    match happening:
        case Told(event):
            known = {"type": event.kind, "job_id": event.job_id, "at": event.at.isoformat()}
            return {**known, **event.data}
        case Text():
            document = {"type": "job.text", "job_id": happening.job_id, "after": round(happening.after, 3)}
            segments = [{"id": number, **segment.to_dict()} for number, segment in enumerate(happening.segments)]
            return {**document, "until": round(happening.until, 3), "segments": segments}
        case Gone(job_id):
            return {"type": "job.deleted", "job_id": job_id}
        case Reset():
            return {"type": "reset"}
        case Ready():
            return None
