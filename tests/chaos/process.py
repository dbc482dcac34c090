"""A process of the service under test: `python -m tests.chaos.process serve` is `stt serve` with points in it.

STT_CHAOS_ENGINE=hash     words are a hash of the sound; otherwise the engine that is set
STT_CHAOS_HURRY=1         what is looked after once a minute is looked after every second
STT_CHAOS_WITHOUT=guard   one of `tests.chaos.guards`
STT_CHAOS_DECODER=module  what decodes, with its arguments
"""

import importlib
import os
import sys
from functools import partial

from stt.bootstrap import consumer_side
from stt.cli import service
from stt.cli.main import main as stt
from stt.repositories.jobs import idempotency_repository
from stt.services.ingest import idempotency_service
from stt.services.jobs.announcer import Announcer
from stt.worker.preparation.preparer import Preparer
from stt.worker.upkeep import remover, sweeper
from tests.chaos import guards
from tests.chaos.engine import HashEngines
from tests.chaos.points import Points
from tests.chaos.watched import WatchedDatabase, WatchedQueue, WatchedStorage

foundation = importlib.import_module("stt.bootstrap.foundation")  # its package has a function of that name
assert service  # imported here, so that whoever forks this process does not import it each time


def main(arguments):
    environment = os.environ
    _watch(Points.of(environment))
    guards.take_off(environment.get("STT_CHAOS_WITHOUT"))
    if environment.get("STT_CHAOS_ENGINE") == "hash":
        consumer_side.EnginePool = HashEngines
    if environment.get("STT_CHAOS_HURRY"):
        _hurry()
    if decoder := environment.get("STT_CHAOS_DECODER"):
        Preparer.__init__.__kwdefaults__["command"] = (sys.executable, "-P", "-m", *decoder.split())
    stt(arguments)


def _watch(points):
    choose_storage, choose_queue = foundation.choose_storage, foundation.choose_queue
    foundation.Database = partial(WatchedDatabase, points=points, after_commit=guards.after_commit)
    foundation.choose_storage = lambda *a: WatchedStorage(choose_storage(*a), points)
    tickets = os.environ.get("STT_CHAOS_TICKETS")
    foundation.choose_queue = lambda *a: WatchedQueue(choose_queue(*a), points, tickets)


def _hurry():
    sweeper.SWEEP_SECONDS = consumer_side.REMOVE_SECONDS = consumer_side.EXPIRE_SECONDS = 1.0
    sweeper.SETTLING_SECONDS = remover.SETTLING_SECONDS = 2.0
    idempotency_repository.LEASE_SECONDS = idempotency_service.LEASE_SECONDS = 3.0
    Announcer.__init__.__kwdefaults__["sweep_seconds"] = 1.0


if __name__ == "__main__":
    main(sys.argv[1:])
