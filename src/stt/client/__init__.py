"""The service from a program: `Client`, and `AsyncClient` for programs that run a loop.

    from stt.client import Client

    with Client("http://localhost:8000") as client:
        print(client.transcribe("talk.mp3", language="vi").text)

It needs nothing of the service but its URL, and a key where there are keys.
"""

from stt.client.async_client import AsyncClient
from stt.client.blocking_client import Client
from stt.client.errors import ClientError, JobEnded, NoService, NotAUrl, Refused, TakesTooLong
from stt.client.job import Event, Job

__all__ = [
    "AsyncClient",
    "Client",
    "ClientError",
    "Event",
    "Job",
    "JobEnded",
    "NoService",
    "NotAUrl",
    "Refused",
    "TakesTooLong",
]
