"""The parts that write, with a point before and behind everything they do."""

import asyncio
import random
import sys

from stt.core.database import Database


class WatchedDatabase(Database):
    """`…/begin`, `…/commit` (all is said, nothing is kept) and `…/committed`, named by who has it carried out."""

    def __init__(self, url, points, after_commit=None):
        super().__init__(url)
        self._points = points
        self._after_commit = after_commit
        if self.is_sqlite:
            points.before_sleep = self._come_to_the_end

    def _come_to_the_end(self):
        """Of the transaction that other work of this process has begun: who sleeps in one locks the file for all."""
        self._adapter._thread.submit(lambda: None).result()

    async def write(self, work):
        name = _name_of(work, sys._getframe(1))
        self._points.passed(f"{name}/begin")

        def watched(connection):
            result = work(connection)
            self._points.passed(f"{name}/commit")
            return result

        result = await super().write(watched)
        self._points.passed(f"{name}/committed")
        if self._after_commit is not None:
            await self._after_commit(super().write)
        return result


def _name_of(work, frame):
    """`JobRepository.complete`: the method whose own function it is, or that called a method for all of its kind."""
    name = work.__qualname__.partition(".<locals>")[0]
    if not name.startswith("ClaimableRepository."):
        return name
    while frame.f_code.co_name.startswith("_"):
        frame = frame.f_back
    return f"{type(frame.f_locals['self']).__name__}.{frame.f_code.co_name}"


class WatchedStorage:
    """Points before and behind what is stored and removed, and in the middle of streams, named by the kind of key."""

    def __init__(self, storage, points):
        self._storage, self._points = storage, points

    def __getattr__(self, name):
        return getattr(self._storage, name)

    async def put(self, key, blocks):
        return await self._watched("put", key, self._storage.put(key, self._half(key, blocks)))

    async def write(self, key, body):
        return await self._watched("put", key, self._storage.write(key, body))

    async def download(self, key, target):
        return await self._watched("download", key, self._storage.download(key, target))

    async def delete(self, *keys):
        return await self._watched("delete", keys[0] if keys else "nothing", self._storage.delete(*keys))

    async def delete_prefix(self, prefix):
        return await self._watched("delete", prefix, self._storage.delete_prefix(prefix))

    async def _watched(self, verb, key, call):
        kind = "peaks" if key.endswith("/peaks") else key.partition("/")[0]
        self._points.passed(f"{verb} {kind}/begin")
        result = await call
        self._points.passed(f"{verb} {kind}/done")
        return result

    async def _half(self, key, blocks):
        async for block in blocks:
            yield block
            self._points.passed(f"put {key.partition('/')[0]}/half")


COPIES = (0, 0, 1, 2, 5)


class WatchedQueue:
    """Points before and behind publishing, and around the end of a ticket.

    With `seed` a ticket is lost, published once or several times, by chance, and those of a moment in any order; with
    the seed 0 all are lost.
    """

    def __init__(self, queue, points, seed=None):
        self._queue, self._points = queue, points
        self._chance = random.Random(seed) if seed else None
        self._copies = (0,) if seed == "0" else COPIES

    def __getattr__(self, name):
        return getattr(self._queue, name)

    async def publish(self, lane, body):
        self._points.passed(f"publish {lane}/begin")
        for _ in range(self._chance.choice(self._copies) if self._chance else 1):
            if self._chance:
                await asyncio.sleep(self._chance.uniform(0, 0.2))
            await self._queue.publish(lane, body)
        self._points.passed(f"publish {lane}/confirmed")

    async def next(self, lane, patience):
        ticket = await self._queue.next(lane, patience)
        return ticket and _WatchedTicket(ticket, lane, self._points)


class _WatchedTicket:
    def __init__(self, ticket, lane, points):
        self._ticket, self._lane, self._points = ticket, lane, points
        self.body = ticket.body
        points.passed(f"ticket {lane}/taken")

    async def settle(self):
        self._points.passed(f"ticket {self._lane}/settle")
        await self._ticket.settle()
        self._points.passed(f"ticket {self._lane}/settled")

    async def reject(self):
        await self._ticket.reject()
