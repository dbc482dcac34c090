"""The service, set up to be quick about what tests wait for."""

from tools import service

QUICK = {
    "STT_LEASE_SECONDS": "4",
    "STT_POLL_SECONDS": "0.5",
    "STT_CHUNK_SECONDS": "20",
    "STT_BEAM_SIZE": "1",
}


class Service(service.Service):
    """An API and so many consumers; where there are none, one process that is both."""

    def __init__(self, directory, settings, *, consumers=2):
        commands = ("api", *["consumer"] * consumers) if consumers else ("serve",)
        super().__init__(directory, QUICK | settings, commands=commands)
