"""What `stt doctor` looks at: each check tries one part of the service as the service would use it."""

import asyncio
import shutil
import sqlite3
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from enum import StrEnum
from importlib.metadata import version
from pathlib import Path

from stt import bootstrap
from stt.cli.connections import FEW_CONNECTIONS, connection_limit
from stt.cli.parts import database_name, queue_name, storage_name
from stt.core.config import Settings
from stt.core.database import Database
from stt.core.sqlite import WAL_SAFE_FROM
from stt.domain.errors import SttError
from stt.domain.whisper.models import DEMO, SPEAKERS, is_known_model
from stt.repositories.schema import is_current
from stt.worker.constants import SAMPLE_RATE
from stt.worker.errors import ModelUnavailable
from stt.worker.inference.gpus import find_gpus
from stt.worker.inference.pool import EnginePool, EngineRequest
from stt.worker.models.source import Source
from stt.worker.models.store import PACKAGED
from stt.worker.preparation.decoder import Decoder
from stt.worker.preparation.preparer import PreparedChunk, Preparer
from stt.worker.preparation.seclusion import can_seclude
from stt.worker.preparation.source import FORMATS
from stt.worker.scratch import check as check_scratch
from stt.worker.transcriber.base import DecodingOptions

SAMPLE = PACKAGED / "sample-vi.flac"
FIRST = "base"
"""What `make run` fetches."""
GIGABYTE = 1024**3
LOW_SPACE = 2 * GIGABYTE
"""Bytes; an upload of some hours and its chunks together need about as much."""


class Verdict(StrEnum):
    """How a part is."""

    OK = "ok"
    WARN = "warn"
    FAIL = "fail"


@dataclass(frozen=True)
class Finding:
    """What was found, and what to do about it."""

    verdict: Verdict
    what: str
    advice: str = ""


Check = Callable[[Settings], Awaitable[Finding]]


async def examined(check: Check, settings: Settings, advice: str) -> Finding:
    """Run a check; whatever it raises is a failure, and `advice` says what to do then."""
    try:
        return await check(settings)
    except SttError as error:
        return Finding(Verdict.FAIL, error.message, advice)
    except Exception as error:  # a part that is broken in an unforeseen way is what this is for
        return Finding(Verdict.FAIL, f"{type(error).__name__}: {error}", advice)


async def settings_file(_: Settings) -> Finding:
    """Where settings come from; that they are valid is known by now."""
    present = await asyncio.to_thread(Path(".env").exists)
    return Finding(Verdict.OK, "environment and .env" if present else "environment; there is no .env here")


async def database(settings: Settings) -> Finding:
    """Whether it answers, in which version, and whether its tables are the newest."""
    base = Database(settings.sqlalchemy_url)
    try:
        await base.check()
        current = await is_current(base)
        described = f"{database_name(base)}, {await _version(base)}"
    finally:
        await base.close()
    if not current:
        return Finding(Verdict.WARN, f"{described}; tables missing or old", "The service upgrades them when it starts.")
    return Finding(Verdict.OK, described)


async def storage(settings: Settings) -> Finding:
    """Whether it answers and can be written to."""
    store = bootstrap.choose_storage(settings)
    try:
        await store.prepare()
        await store.check()
    finally:
        await store.close()
    return Finding(Verdict.OK, storage_name(settings))


async def queue(settings: Settings) -> Finding:
    """Whether it answers."""
    tickets = bootstrap.choose_queue(settings)
    try:
        await tickets.check()
    finally:
        await tickets.close()
    return Finding(Verdict.OK, queue_name(settings))


async def scratch(settings: Settings) -> Finding:
    """Whether local files of jobs can be written, and how much room there is."""
    place = settings.scratch_dir
    await check_scratch(place)
    free = shutil.disk_usage(place).free
    described = f"{place}, {free / GIGABYTE:.1f} GiB free"
    if free < LOW_SPACE:
        return Finding(Verdict.WARN, described, "Make room, or set STT_SCRATCH_DIR to a larger disk.")
    return Finding(Verdict.OK, described)


async def connections(_: Settings) -> Finding:
    """How many clients can be connected at once."""
    most = connection_limit()
    few = "As many slow uploads keep all others out. Raise the limit of open files (ulimit -n) to 9000."
    told = f"{most} at once"
    return Finding(Verdict.WARN, told, few) if most < FEW_CONNECTIONS else Finding(Verdict.OK, told)


async def decoding(settings: Settings) -> Finding:
    """Whether a child process decodes the packaged sample and finds the speech in it."""
    preparer = Preparer(children=1, chunk_seconds=settings.chunk_seconds, max_seconds=settings.max_audio_seconds)
    try:
        items = [item async for item in preparer.prepare(SAMPLE)]
    finally:
        await preparer.close()
    speech = sum(span.duration for item in items if isinstance(item, PreparedChunk) for span in item.plan.speech)
    described = f"PyAV {version('av')} reads {FORMATS.replace(',', ', ')}; {speech:.1f} s of speech heard"
    if not can_seclude():
        return Finding(Verdict.WARN, f"{described}; not kept from the network", "A firewall or a container can do it.")
    return Finding(Verdict.OK, f"{described}; kept from the network")


async def model(settings: Settings) -> Finding:
    """Whether the default model is installed for the default engine."""
    name, engine = settings.default_model, settings.engine
    if found := bootstrap.model_store(settings).find(name, engine):
        return Finding(Verdict.OK, f"{name} for {engine} in {found.path}")
    missing = f"{name} for {engine} is not in {settings.models_path}"
    fetch = f"stt models pull {name} --engine {engine}"
    if settings.model_downloads:
        return Finding(Verdict.WARN, f"{missing}", f"The first job that needs it downloads it; sooner: {fetch}")
    return Finding(Verdict.FAIL, f"{missing}, and downloads are off", fetch)


async def speakers(settings: Settings) -> Finding:
    """Whether the model that tells speakers apart is installed; few need it."""
    store = bootstrap.speaker_store(settings)
    if found := store.find():
        return Finding(Verdict.OK, f"told apart by {found}")
    if settings.model_downloads:
        return Finding(Verdict.OK, f"the first job with them fetches {SPEAKERS}; sooner: stt models pull {SPEAKERS}")
    return Finding(Verdict.OK, f"{SPEAKERS} is not in {store.place.parent}: jobs with speakers are refused")


async def sources(settings: Settings) -> Finding:
    """From where the default model, or one to begin with, could be fetched now."""
    if not settings.model_downloads:
        return Finding(Verdict.OK, "downloads are off: nothing is asked")
    store, default, engine = bootstrap.model_store(settings), settings.default_model, settings.engine
    names = [name for name in (FIRST, default) if is_known_model(name) and name != DEMO]
    known = {(source.title, name): source for name in names for source in store.sources(name, engine)}
    answers = await asyncio.gather(*(asyncio.to_thread(_answer, source) for source in known.values()))
    told = "; ".join(
        f"{title} ({name}): {answer or 'reached'}" for (title, name), answer in zip(known, answers, strict=True)
    )
    reached = {name for (_, name), answer in zip(known, answers, strict=True) if not answer}
    if default not in reached and not store.find(default, engine):
        other = f"'stt models pull {FIRST}' can be fetched here; set STT_DEFAULT_MODEL={FIRST}, or " if reached else ""
        advice = f"{other}fetch {default} on a machine that reaches a source, and copy the model directory."
        return Finding(Verdict.WARN, told, advice[0].upper() + advice[1:])
    return Finding(Verdict.OK, told)


def _answer(source: Source) -> str:
    """Why the source cannot be reached; nothing if it can."""
    try:
        source.check()
    except ModelUnavailable as error:
        return error.message.rstrip(".")
    return ""


async def layout(settings: Settings) -> Finding:
    """What GPUs can be used, and how inference is laid out on this machine."""
    found, chosen = await find_gpus(settings.device), await bootstrap.layout_of(settings)
    seen = f"{found.count} GPUs with {', '.join(found.compute_types)}" if found.count else "no GPU"
    laid_out = f"{chosen.children} processes of {chosen.threads} threads, batches of {chosen.batch_size}"
    return Finding(Verdict.OK, f"{seen}; {laid_out}")


async def inference(settings: Settings) -> Finding:
    """Whether a child process loads the demo model with the default engine and transcribes half a second."""
    window = next(Decoder(SAMPLE, max_seconds=60).blocks())[0][: SAMPLE_RATE // 2]
    demo = await bootstrap.model_store(settings).resolve(DEMO, settings.engine)
    request = EngineRequest(settings.engine, demo.path, DecodingOptions("vi", settings.beam_size))
    pool = EnginePool(1, (await bootstrap.layout_of(settings)).hardware)
    begun = time.monotonic()
    try:
        await pool.transcribe([window], request)
    finally:
        await pool.close()
    took = time.monotonic() - begun
    return Finding(Verdict.OK, f"{settings.engine} on {settings.device}, {took:.1f} s to start and answer")


CHECKS: dict[str, tuple[Check, str]] = {
    "settings": (settings_file, ""),
    "database": (
        database,
        "A server: start it, or correct DATABASE_URL. A file: make room and let the service write there, or choose "
        "another place with STT_DATA_DIR.",
    ),
    "storage": (
        storage,
        "A server: start it, or correct MINIO_ENDPOINT and its keys. A folder: make room and let the service write "
        "there, or choose another place with STT_DATA_DIR.",
    ),
    "queue": (queue, "Start it, or correct RABBITMQ_URL. Uploads are accepted and wait meanwhile."),
    "scratch": (scratch, "Make room and let the service write there, or choose another place with STT_SCRATCH_DIR."),
    "clients": (connections, ""),
    "decoding": (decoding, "If that names a library: 'make clean setup' installs the tested versions anew."),
    "model": (model, ""),
    "speakers": (speakers, ""),
    "sources": (sources, "Correct STT_DEFAULT_MODEL."),
    "layout": (layout, "Install what GPUs need (docs/deployment.md), or set STT_DEVICE=cpu."),
    "inference": (inference, "Try another STT_ENGINE, STT_DEVICE or STT_COMPUTE_TYPE."),
}
"""By name: what tries a part, and what to do if that fails."""


async def _version(base: Database) -> str:
    if not base.is_sqlite:
        version = await base.read(lambda connection: connection.dialect.server_version_info)
        return "version " + ".".join(str(part) for part in version or ())
    journal = "WAL" if sqlite3.sqlite_version_info >= WAL_SAFE_FROM else "rollback journal (WAL is safe from 3.51.3 on)"
    return f"version {sqlite3.sqlite_version}, {journal}"
