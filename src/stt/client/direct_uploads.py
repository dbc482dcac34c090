"""Files that go past the service, straight to the object store."""

import hashlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from stt.client.errors import NoService, Refused
from stt.client.job import Job
from stt.client.operations import Manner, Options
from stt.client.requests import DIRECT_UPLOADS, Document, asked, document
from stt.client.steps import Call, Steps
from stt.client.uploads import Progress, opened


def create_direct(
    manner: Manner,
    /,
    file: str | Path,
    options: Options | None = None,
    *,
    metadata: Mapping[str, str] | None = None,
    sent: Progress | None = None,
    checksum: bool = False,
) -> Steps[Job]:
    """Send a file straight to the object store, and return its job; `sent` is told how much has gone out, in percent.

    With `checksum` the file is read once more before, and the service compares what has arrived. Raises `Refused`
    with the code `direct_uploads_unsupported` where the service keeps files in a folder.
    """
    path, fields = Path(file), {name: value for name, value in (options or {}).items() if value is not None}
    name, body = opened(path, sent)
    try:
        wanted: dict[str, Any] = {"filename": name, "size": path.stat().st_size, **fields}
        if metadata:
            wanted["metadata"] = dict(metadata)
        if checksum:
            wanted["sha256"] = _sha256(path)
        upload = yield from document(Call("POST", DIRECT_UPLOADS, json=wanted), manner.retries)
        call = Call("POST", upload["url"], data=upload["fields"], file=(name, body), is_elsewhere=True)
        yield from _sent(upload, call, manner.retries)
    finally:
        body.close()
    confirmation = Call("POST", f"{DIRECT_UPLOADS}/{upload['upload_id']}/confirm")
    return Job.of((yield from document(confirmation, manner.retries)))


def _sent(upload: Document, call: Call, retries: int) -> Steps[None]:
    try:
        yield from asked(call, retries)
    except NoService as error:
        raise NoService(upload["url"], error.reason, never_sent=error.never_sent) from error
    except Refused as error:
        raise Refused(error.status, None, f"The object store at {upload['url']} answered {error.status}.") from error


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
