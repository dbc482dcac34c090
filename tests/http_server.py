"""A real HTTP server around an application, in the test's own event loop or in a process of its own."""

import asyncio
import contextlib
import sys
from pathlib import Path

import uvicorn

from tests.embedded_service import embedded_service
from tests.eventually import eventually


class _Server(uvicorn.Server):
    @contextlib.contextmanager
    def capture_signals(self):
        yield


@contextlib.asynccontextmanager
async def serving(app, port=0):
    """The port of 127.0.0.1 on which the application answers."""
    config = uvicorn.Config(app, port=port, log_config=None, lifespan="off", ws="none", access_log=False)
    server = _Server(config)
    task = asyncio.create_task(server.serve())
    await eventually(lambda: asyncio.sleep(0, server.started))
    try:
        yield server.servers[0].sockets[0].getsockname()[1]
    finally:
        server.should_exit = server.force_exit = True
        await task


async def main(directory):
    async with embedded_service(directory, max_upload_bytes=10**12) as embedded, serving(embedded.app()) as port:
        print(port, flush=True)
        await asyncio.to_thread(sys.stdin.read)


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1])))
