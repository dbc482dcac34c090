"""The line to an S3 server, cut at any byte of what goes over it.

STT_CHAOS_CUTS=10   objects, each cut while it is stored and while it is read
STT_CHAOS_SEED=1    another seed cuts elsewhere
"""

import os
import random
from collections import Counter

from stt.domain.errors import StorageUnavailable
from tests.integration.test_s3_faults import MEGABYTE, proxied, storage

__all__ = ["proxied", "storage"]

CUTS = int(os.environ.get("STT_CHAOS_CUTS", "10"))
SEED = int(os.environ.get("STT_CHAOS_SEED", "1"))


async def test_a_line_cut_at_any_byte_stores_and_gives_all_or_nothing(storage, proxied, minio_proxy):
    chance, came = random.Random(SEED), Counter()
    body = chance.randbytes(3 * MEGABYTE)
    for number in range(CUTS):
        key = f"uploads/job-{number}/talk.mp3"
        came[await cut(minio_proxy, chance, len(body), proxied.write(key, body))] += 1
        if key in await storage.keys("uploads/"):
            assert await storage.read(key) == body
        await storage.write(key, body)
        came[given := await cut(minio_proxy, chance, len(body), proxied.read(key))] += 1
        assert given in (StorageUnavailable, body)
    print(f"{2 * CUTS} cuts, seed {SEED}: {came.pop(StorageUnavailable, 0)} told, the others made up for")


async def cut(proxy, chance, size, call):
    """What the call gives, `StorageUnavailable` where it says that it could not."""
    proxy.cut_after(chance.randrange(1, size))
    try:
        return await call
    except StorageUnavailable:
        return StorageUnavailable
    finally:
        assert proxy.has_cut
