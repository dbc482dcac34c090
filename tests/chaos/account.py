"""What is known of a job that something is wrong with: its rows, and what each process said of it, in order of time."""

import re

from stt.repositories.tables.jobs import ChunkRow, EventRow, JobRow
from stt.repositories.tables.webhooks import DeliveryRow
from tests.chaos.service import entries

MOST = 3
"""Jobs that are told of; one is mostly enough, and all of a long run would bury it."""
_ID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")


def account(found, rows, service):
    """The lines of it, for those jobs that `found` names first."""
    jobs = list(dict.fromkeys(job_id for line in found for job_id in _ID.findall(line)))
    for job_id in jobs[:MOST]:
        yield f"--- {job_id}"
        yield from _rows(job_id, rows)
        yield from (line for _, line in sorted(_said(job_id, service)))


def _rows(job_id, rows):
    for table in (JobRow, ChunkRow, EventRow, DeliveryRow):
        for row in rows.get(table, ()):
            if job_id in (row.id, getattr(row, "job_id", None)):
                kept = {name: value for name, value in row._asdict().items() if value not in (None, {}, [])}
                yield f"{table.__tablename__}: {kept}"


def _said(job_id, service):
    for log in service.directory.glob("*.log"):
        for entry in entries(log):
            text = {name: value for name, value in entry.items() if name != "exc_info"}
            if job_id in str(text):
                yield entry.get("timestamp", ""), f"{log.stem}: {text}"
