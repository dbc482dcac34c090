import os
import resource
import shutil

import pytest

from stt.cli.doctor import checks
from stt.cli.doctor.checks import CHECKS, Finding, Verdict, examined
from stt.cli.settings import load
from stt.core.database import Database
from stt.domain.errors import StorageUnavailable
from stt.repositories.schema import init_db
from stt.worker.errors import ModelUnavailable
from stt.worker.models import hub, package_index

AWAY = {
    "DATABASE_URL": "postgresql://user:secret@127.0.0.1:1/stt",
    "RABBITMQ_URL": "amqp://user:secret@127.0.0.1:1/",
    "MINIO_ENDPOINT": "127.0.0.1:1",
    "MINIO_ACCESS_KEY": "user",
    "MINIO_SECRET_KEY": "secret",
}


async def find(name, **options):
    check, advice = CHECKS[name]
    return await examined(check, load(**options), advice)


@pytest.mark.parametrize("name", ["settings", "storage", "queue", "scratch"])
async def test_embedded_parts_are_well_on_a_bare_machine(name):
    assert (await find(name)).verdict is Verdict.OK


async def test_a_database_without_tables_is_a_warning_and_with_them_well():
    assert (await find("database")).verdict is Verdict.WARN
    database = Database(load().sqlalchemy_url)
    await init_db(database)
    await database.close()
    finding = await find("database")
    assert finding.verdict is Verdict.OK
    assert "SQLite" in finding.what
    assert "journal" in finding.what or "WAL" in finding.what


@pytest.mark.parametrize("name", ["database", "storage", "queue"])
async def test_a_server_that_is_away_fails_with_advice_and_without_its_password(name):
    finding = await find(name, **AWAY)
    assert finding.verdict is Verdict.FAIL
    assert finding.advice
    assert "secret" not in f"{finding.what}{finding.advice}"


async def test_little_room_for_local_files_is_a_warning(monkeypatch):
    usage = shutil.disk_usage("/")._replace(free=1024**3)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage)
    finding = await find("scratch")
    assert (finding.verdict, "1.0 GiB" in finding.what) == (Verdict.WARN, True)


@pytest.mark.parametrize(("files", "verdict"), [(1024, Verdict.WARN), (20_000, Verdict.OK)])
async def test_a_limit_of_files_that_leaves_room_for_few_clients_is_a_warning(monkeypatch, files, verdict):
    monkeypatch.setattr(resource, "getrlimit", lambda _: (files, files))
    monkeypatch.setattr(resource, "setrlimit", lambda *_: None)
    finding = await find("clients")
    assert finding.verdict is verdict
    assert ("ulimit -n" in finding.advice) == (verdict is Verdict.WARN)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
async def test_a_scratch_directory_that_cannot_be_written_fails(tmp_path):
    place = tmp_path / "locked"
    place.mkdir(mode=0o500)
    assert (await find("scratch", scratch_dir=place)).verdict is Verdict.FAIL


async def test_a_scratch_directory_that_is_a_file_fails(tmp_path):
    (tmp_path / "file").touch()
    assert (await find("scratch", scratch_dir=tmp_path / "file")).verdict is Verdict.FAIL


async def test_a_missing_model_is_a_warning_where_it_can_be_fetched_and_else_a_failure():
    finding = await find("model")
    assert (finding.verdict, "stt models pull medium" in finding.advice) == (Verdict.WARN, True)
    assert (await find("model", model_downloads=False)).verdict is Verdict.FAIL
    assert (await find("model", default_model="demo")).verdict is Verdict.OK


async def test_an_engine_that_cannot_start_fails():
    finding = await find("inference", compute_type="int7")
    assert finding.verdict is Verdict.FAIL
    assert "STT_COMPUTE_TYPE" in finding.advice


@pytest.mark.parametrize("error", [StorageUnavailable("It is full."), KeyError("x")])
async def test_whatever_a_check_raises_is_a_failure_with_the_advice(error):
    async def check(_):
        raise error

    finding = await examined(check, load(), "Empty it.")
    assert (finding.verdict, finding.advice) == (Verdict.FAIL, "Empty it.")
    assert str(error) in finding.what


@pytest.mark.parametrize(("verdict", "code"), [(Verdict.OK, 0), (Verdict.WARN, 0), (Verdict.FAIL, 1)])
def test_the_doctor_s_exit_code_tells_whether_a_part_fails(stt, monkeypatch, verdict, code):
    async def check(_):
        return Finding(verdict, "a [strange] thing", "mend it")

    monkeypatch.setattr(checks, "CHECKS", {"thing": (check, "")})
    outcome = stt("doctor")
    assert outcome.code == code
    assert f"{verdict}" in outcome.out
    assert "a [strange] thing" in outcome.out
    assert "mend it" in outcome.out


@pytest.fixture
def sources(monkeypatch):
    """Reached or not, by title."""
    reached = {}

    def check(source):
        if not reached.get(source.title):
            raise ModelUnavailable("no way there.")

    monkeypatch.setattr(hub.HubModel, "check", check)
    monkeypatch.setattr(package_index.PackagedModel, "check", check)
    return reached


async def test_it_tells_which_source_of_models_is_reached(sources):
    hub_told, index_told = "Hugging Face hub (base): no way there", "Python package index (base): "
    finding = await find("sources", default_model="base")
    assert (finding.verdict, finding.what) == (Verdict.WARN, f"{hub_told}; {index_told}no way there")
    assert "copy" in finding.advice
    sources["Python package index"] = True
    finding = await find("sources", default_model="base")
    assert (finding.verdict, finding.what) == (Verdict.OK, f"{hub_told}; {index_told}reached")


async def test_a_default_model_that_no_source_has_is_a_warning_with_one_that_can_be_had(sources):
    sources["Python package index"] = True
    finding = await find("sources")
    assert finding.verdict is Verdict.WARN
    assert "stt models pull base" in finding.advice
    assert (await find("sources", default_model="demo")).verdict is Verdict.OK


async def test_nothing_is_asked_where_downloads_are_off(monkeypatch):
    monkeypatch.setattr(hub.HubModel, "check", None)
    assert "off" in (await find("sources", model_downloads=False)).what


async def test_decoding_says_whether_the_kernel_keeps_it_from_the_network(monkeypatch):
    for can, verdict, said in ((True, Verdict.OK, "; kept from"), (False, Verdict.WARN, "; not kept from")):
        monkeypatch.setattr(checks, "can_seclude", lambda can=can: can)
        finding = await find("decoding")
        assert (finding.verdict, said in finding.what) == (verdict, True)
