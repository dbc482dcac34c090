"""From every version of the tables there ever was, with rows in all of them, to the newest, on both databases."""

import pytest
from alembic import command
from alembic.script import ScriptDirectory
from sqlalchemy import MetaData, Table, insert, select, types

from stt.domain.access.owner import ANONYMOUS
from stt.domain.jobs.job import Stage
from stt.repositories.jobs.chunk_repository import ChunkRepository
from stt.repositories.jobs.job_repository import JobRepository
from stt.repositories.schema import _config, drop_db, init_db, is_current
from tests.contract.test_repositories import migrate

REVISIONS = sorted(each.revision for each in ScriptDirectory.from_config(_config()).walk_revisions())
SEGMENTS = [{"start": 1.0, "end": 2.0, "text": "xin chào", "words": []}]
KNOWN = {
    "owner": "anonymous",
    "status": "PROCESSING", "stage": "merge", "priority": "normal", "language": "vi", "model": "demo",
    "filename": "hội nghị.mp3", "object_key": "uploads/old/a.mp3", "speech": [[1.0, 59.0]], "sound": [],
    "segments": SEGMENTS, "gaps": [], "suppressed": [], "notes": [], "scopes": ["jobs:read"],
    "secrets": [], "operations": [], "inverse": [], "changes": [],
    "available_at": 1.0, "start_time": 0.0, "end_time": 60.0, "audio_start": 0.0, "audio_end": 60.0, "chunk_index": 0,
    "attempt": 7, "outcomes": 6, "tries": 1, "tracks": 1, "ranks_behind": 0,
    "completed_at": None, "deleted_at": None, "redo": None, "error_code": None, "fingerprint": None, "broke_off": None,
    "watched_until": None, "worker_id": None, "channel": None, "engine": None, "detected_language": None,
    "audio_deleted_at": None, "text_deleted_at": None, "webhook_url": None, "result_path": None, "is_long": False,
    "duty": "pause",
}  # fmt: skip
OF_CHUNKS = {"status": "COMPLETED", "available_at": None}
NUMBERED = ("events", "searchable")
HIDDEN = ("alembic_version", "search_terms")


def tables_of(connection):
    """The tables as this version has them; those of the search index are filled by triggers."""
    known = MetaData()
    known.reflect(connection, only=lambda name, _: not name.startswith(HIDDEN))
    return known.sorted_tables


def row_for(table: Table, name):
    """A value for every column that there is; ids, and texts that nobody reads, are the name."""
    values = {column.name: value_for(column, name) for column in table.columns}
    values |= OF_CHUNKS if table.name == "chunks" else {}
    return {key: value for key, value in values.items() if value is not None}


def value_for(column, name):
    kind = column.type
    known = KNOWN.get(column.name, name)
    if column.name in KNOWN and not (column.primary_key and known is None) and fits(known, kind):
        return known
    if column.primary_key and column.table.name in NUMBERED:
        return None
    for python, value in ((types.JSON, {}), (types.Boolean, False), (types.Integer, 1), (types.Float, 1.5)):
        if isinstance(kind, python):
            return value
    return b"\x00\xff" if isinstance(kind, types.LargeBinary) else name


def fits(value, kind):
    """The same name may be a word in one table and a number or a document in another."""
    if isinstance(value, list):
        return isinstance(kind, types.JSON)
    return not (isinstance(value, str) and isinstance(kind, types.Integer))


async def fill(database, tables, name):
    def enter(connection):
        for table in tables:
            connection.execute(insert(table).values(row_for(table, name)))

    await database.write(enter)


async def rows_of(database, tables):
    """What stands in these columns, in all rows."""

    def read(connection):
        return {table.name: [tuple(row) for row in connection.execute(select(table))] for table in tables}

    return await database.read(read)


@pytest.mark.parametrize("revision", REVISIONS)
async def test_rows_of_every_version_outlive_the_way_to_the_newest(database, revision):
    await drop_db(database)
    await migrate(database, command.upgrade, revision)
    tables = await database.read(tables_of)
    await fill(database, tables, "old")
    before = await rows_of(database, tables)
    assert all(before.values()), before
    assert await is_current(database) is (revision == REVISIONS[-1])
    await init_db(database)
    assert await is_current(database)
    assert await rows_of(database, tables) == before

    job, [chunk] = await JobRepository(database).get(ANONYMOUS, "old"), await ChunkRepository(database).of_job("old")
    assert (job.filename, job.stage, chunk.segments[0].text) == ("hội nghị.mp3", Stage.MERGE, "xin chào")
    claimed, claim = await JobRepository(database).claim("w", 60)
    assert (claimed.job_id, claim.attempt) == ("old", 8)

    # A process of that version that still runs knows the columns of its time, and no others.
    await fill(database, tables, "late")
    late = await JobRepository(database).get(ANONYMOUS, "late")
    assert (late.filename, late.stage) == (job.filename, job.stage)
