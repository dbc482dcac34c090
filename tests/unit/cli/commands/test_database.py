import contextlib
import sqlite3

import pytest


def tables(tmp_path):
    with contextlib.closing(sqlite3.connect(tmp_path / "data" / "stt.db")) as connection:
        return {name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}


def test_upgrade_makes_the_tables_and_may_be_repeated(stt, tmp_path):
    for _ in range(2):
        outcome = stt("db", "upgrade")
        assert outcome.code == 0
        assert str(tmp_path / "data" / "stt.db") in outcome.err
    assert {"jobs", "chunks"} <= tables(tmp_path)


def test_drop_wants_to_be_confirmed(stt, tmp_path):
    stt("db", "upgrade")
    outcome = stt("db", "drop")
    assert outcome.code == 2
    assert "--yes" in outcome.err
    assert "jobs" in tables(tmp_path)
    assert stt("db", "drop", "--yes").code == 0
    # What SQLite itself remembers of numbered rows cannot be dropped.
    assert tables(tmp_path) <= {"sqlite_sequence"}


def test_a_server_that_is_away_is_a_sentence_without_its_password(stt, monkeypatch):
    monkeypatch.setenv("DATABASE_URL", "postgresql://user:secret@127.0.0.1:1/stt")
    outcome = stt("db", "upgrade")
    assert outcome.code == 1
    assert "(database_unavailable)" in outcome.err
    assert "secret" not in outcome.err
    assert "Traceback" not in outcome.err


@pytest.mark.parametrize("command", ["upgrade", "drop"])
def test_the_data_directory_may_be_named(stt, tmp_path, command):
    assert stt("db", command, *(["--yes"] if command == "drop" else []), "--data-dir", tmp_path / "other").code == 0
    assert (tmp_path / "other" / "stt.db").exists()
