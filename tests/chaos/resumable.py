"""An upload whose line is cut in the middle, and that goes on where it was (tus 1.0.0)."""

import base64
import contextlib
import time

import httpx

UPLOADS = "/api/stt/uploads"
TUS = {"Tus-Resumable": "1.0.0"}


class _Cut(Exception):
    """The line is lost."""


def upload(service, body, fields, answered):
    """The id of the job that `body` becomes; `answered` sends a request until it is answered."""
    written = ",".join(f"{name} {base64.b64encode(value.encode()).decode()}" for name, value in fields.items())
    creating = TUS | {"Upload-Length": str(len(body)), "Upload-Metadata": written}
    created = answered(lambda: service.post(UPLOADS, headers=creating))
    assert created.status_code == 201, created.text
    path = created.headers["Location"]
    with contextlib.suppress(httpx.TransportError, _Cut):
        _send(service, path, 0, _cut_off(body), len(body))
    while "Stt-Job-Id" not in (state := answered(lambda: service.get(path, **TUS))).headers:
        assert state.status_code == 200, state.text
        offset = int(state.headers["Upload-Offset"])
        with contextlib.suppress(httpx.TransportError):
            # Whatever is answered: how far it is says more.
            _send(service, path, offset, body[offset:], len(body) - offset)
        time.sleep(0.1)
    return state.headers["Stt-Job-Id"]


def _send(service, path, offset, content, length):
    headers = {"Upload-Offset": str(offset), "Content-Type": "application/offset+octet-stream"}
    return service.patch(path, content=content, headers=TUS | headers | {"Content-Length": str(length)})


def _cut_off(body):
    yield body[: len(body) // 2]
    time.sleep(0.1)
    raise _Cut
