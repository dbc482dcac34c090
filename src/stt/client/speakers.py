"""What can be asked about people whose voices are kept, written as steps; see `steps`."""

from typing import Any

from stt.client.operations import Manner
from stt.client.requests import Document, asked, document
from stt.client.steps import Call, Steps
from stt.client.uploads import File, opened

SPEAKERS = "/api/stt/speakers"


def add_speaker(manner: Manner, /, name: str, file: File) -> Steps[Document]:
    """Keep the voice of somebody who speaks alone in a file of 2 to 60 s."""
    filename, body = opened(file, None)
    try:
        call = Call("POST", SPEAKERS, data={"name": name}, file=(filename, body))
        return (yield from document(call, manner.retries, again=False))
    finally:
        body.close()


def speakers(manner: Manner, /) -> Steps[list[dict[str, Any]]]:
    """Those whose voices are kept, by name: each with `speaker_id`, `name`, `seconds` and `created_at`."""
    found: list[dict[str, Any]] = (yield from document(Call("GET", SPEAKERS), manner.retries))["data"]
    return found


def remove_speaker(manner: Manner, /, speaker_id: str) -> Steps[None]:
    """Remove the voice of somebody."""
    yield from asked(Call("DELETE", f"{SPEAKERS}/{speaker_id}"), manner.retries)
