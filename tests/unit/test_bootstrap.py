"""What was set is put beside what this machine has, which GPUs it need not have."""

from contextlib import nullcontext

import pytest

from stt.bootstrap import foundation, job_service, layout_of, slots_of
from stt.bootstrap import layout as layout_module
from stt.bootstrap.destinations import destinations_of
from stt.core.config import Settings
from stt.domain.access.destinations import Place, Told, Use
from stt.domain.errors import InvalidRequest
from stt.domain.jobs.messages import Lane
from stt.services.jobs.options import Choices
from stt.worker.inference.child import Hardware
from stt.worker.inference.gpus import Gpus
from stt.worker.inference.pool import EnginePool


def test_every_host_that_settings_name_is_told_and_no_secret():
    here = {(to.use, to.place, to.host) for to in destinations_of(Settings(_env_file=None, model_downloads=False))}
    assert {place for use, place, _ in here if use in (Use.DATABASE, Use.STORAGE, Use.QUEUE)} == {Place.HERE}
    assert not {use for use, *_ in here} & {Use.MODELS, Use.PACKAGES}
    settings = Settings(
        _env_file=None,
        DATABASE_URL="postgresql://user:secret@db.example:5432/stt",
        RABBITMQ_URL="amqp://user:secret@queue.example/",
        MINIO_ENDPOINT="https://minio.example:9000",
        MINIO_ACCESS_KEY="key",
        MINIO_SECRET_KEY="secret",
        OTEL_EXPORTER_OTLP_ENDPOINT="http://user:secret@traces.example:4318",
    )
    there = {to.use: (to.told, to.host) for to in destinations_of(settings)}
    assert there[Use.DATABASE] == (Told.AUDIO, "db.example:5432")
    assert there[Use.STORAGE] == (Told.AUDIO, "minio.example:9000")
    assert there[Use.TRACES] == (Told.NAMES, "traces.example:4318")
    assert Use.TRACES not in {use for use, *_ in here}
    assert there[Use.QUEUE] == (Told.NAMES, "queue.example")
    assert there[Use.MODELS][0] is Told.NOTHING
    assert "secret" not in str(destinations_of(settings))


@pytest.fixture
def machine(monkeypatch):
    def with_gpus(count):
        async def find(device):
            return Gpus(count if device != "cpu" else 0, ["float16", "float32"])

        monkeypatch.setattr(layout_module, "find_gpus", find)
        monkeypatch.setattr(layout_module, "usable_cores", lambda: 16)

    return with_gpus


@pytest.mark.parametrize(
    ("options", "gpus", "compute_type"),
    [
        ({}, 2, "float16"),
        ({"device": "cpu"}, 0, "int8"),
        ({"engine": "whisper.cpp"}, 0, "int8"),
        ({"gpus": 1}, 1, "float16"),
    ],
)
async def test_the_layout_is_that_of_the_settings_on_this_machine(machine, options, gpus, compute_type):
    machine(2)
    settings = Settings(_env_file=None, **options)
    before = settings.model_dump()
    layout = await layout_of(settings)
    assert (layout.engine, layout.gpus, layout.compute_type) == (settings.engine, gpus, compute_type)
    assert settings.model_dump() == before
    assert slots_of(settings, layout)[Lane.CHUNKS] == layout.window_slots


@pytest.mark.parametrize(
    ("children", "gpus", "dealt"), [(2, 2, [0, 1]), (5, 2, [0, 1, 0, 1, 0]), (2, 4, [0, 1]), (2, 0, [0, 0])]
)
def test_children_are_dealt_out_to_the_gpus_in_turn(children, gpus, dealt):
    pool = EnginePool(children, Hardware("cuda", "float16", 4), gpus=gpus)
    assert [process._hardware.gpu for process in pool._processes] == dealt


@pytest.mark.parametrize("consuming", [True, False])
async def test_the_api_knows_what_is_not_here_where_the_consumer_is_beside_it(tmp_path, consuming):
    settings = Settings(_env_file=None, data_dir=tmp_path, model_downloads=False)
    async with foundation(settings) as base, job_service(base, consuming=consuming) as jobs:
        refusal = pytest.raises(InvalidRequest, match="stt models pull small") if consuming else nullcontext()
        with refusal as caught:
            assert jobs.options(Choices(model="small")).model == "small"
        if caught:
            assert caught.value.error_code == "model_unavailable"
        assert jobs.options(Choices(model="demo")).model == "demo"
