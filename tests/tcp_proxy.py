"""A TCP proxy that breaks connections in the ways networks do."""

import asyncio
import contextlib
import math


class _Cut(Exception):
    """As many bytes were carried as were to be."""


class TcpProxy:
    """Forwards a port of its own to `host:port` until it is told to fail.

    `drop` cuts every connection and refuses new ones; `blackhole` keeps them open and takes new ones, but carries
    nothing any more; `restore` ends either, and cuts what was caught in a blackhole. `cut_after` cuts the connection
    that carries the last of so many bytes, counted over all of them and both ways, and no other.
    """

    def __init__(self, host, port):
        self._target = host, port
        self._carries = asyncio.Event()
        self._carries.set()
        self._connections = set()
        self._server = None
        self._left = math.inf
        self.port = 0
        self.accepted = 0

    @property
    def address(self):
        return f"127.0.0.1:{self.port}"

    async def __aenter__(self):
        await self._listen()
        return self

    async def __aexit__(self, *exc_info):
        await self.drop()

    async def drop(self):
        if self._server is not None:
            self._server.close()
            self._server = None
        await self._cut()

    def cut_after(self, size):
        self._left = size

    @property
    def has_cut(self):
        return self._left == math.inf

    def blackhole(self):
        self._carries.clear()

    async def restore(self):
        if not self._carries.is_set():
            await self._cut()
            self._carries.set()
        if self._server is None:
            await self._listen()

    async def _listen(self):
        self._server = await asyncio.start_server(self._accept, "127.0.0.1", self.port)
        self.port = self._server.sockets[0].getsockname()[1]

    async def _cut(self):
        connections = list(self._connections)
        for connection in connections:
            connection.cancel()
        await asyncio.gather(*connections, return_exceptions=True)

    def _accept(self, reader, writer):
        self.accepted += 1
        connection = asyncio.create_task(self._forward(reader, writer))
        self._connections.add(connection)
        connection.add_done_callback(self._connections.discard)

    async def _forward(self, reader, writer):
        try:
            there, back = await asyncio.open_connection(*self._target)
            try:
                await asyncio.gather(self._carry(reader, back), self._carry(there, writer))
            except _Cut:
                pass
            finally:
                back.transport.abort()
        finally:
            writer.transport.abort()

    async def _carry(self, reader, writer):
        with contextlib.suppress(OSError):
            while data := await reader.read(65536):
                await self._carries.wait()
                last = len(data) >= self._left
                writer.write(data[: int(self._left)] if last else data)
                self._left = math.inf if last else self._left - len(data)
                await writer.drain()
                if last:
                    raise _Cut
        writer.close()
