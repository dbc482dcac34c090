"""How inference is laid out on machines with GPUs, which this one need not have, and how much is held for it."""

import pytest

from stt import bootstrap
from stt.bootstrap import fit
from stt.core.config import Settings
from stt.domain.engine import Engine
from stt.domain.messages import Lane
from stt.worker.inference.child import Hardware
from stt.worker.inference.gpus import Gpus
from stt.worker.inference.pool import EnginePool


@pytest.fixture
def machine(monkeypatch):
    def with_gpus(count):
        async def find(device):
            return Gpus(count if device != "cpu" else 0, ["float16", "float32"])

        monkeypatch.setattr(fit, "find_gpus", find)
        monkeypatch.setattr(fit, "usable_cores", lambda: 16)

    return with_gpus


def layout(settings):
    return settings.engine_children, settings.engine_threads, settings.engine_batch, settings.compute_type


async def test_each_gpu_has_a_child(machine):
    machine(3)
    settings = await bootstrap.fitted(Settings(_env_file=None))
    assert layout(settings) == (3, 4, 16, "float16")
    assert settings.transcribing_slots == 48


async def test_what_is_set_stays_as_it_is(machine):
    machine(2)
    chosen = {"children": 6, "threads": 1, "batch_size": 3, "compute_type": "int8_float16", "chunk_slots": 9}
    settings = await bootstrap.fitted(Settings(_env_file=None, gpus=1, **chosen))
    assert layout(settings) == (6, 1, 3, "int8_float16")
    assert (settings.gpus, settings.transcribing_slots) == (1, 9)


@pytest.mark.parametrize("options", [{"device": "cpu"}, {"engine": Engine.WHISPER_CPP}])
async def test_on_a_cpu_weights_are_int8_unless_something_else_is_asked_for(machine, options):
    machine(2)
    settings = Settings(_env_file=None, **options)
    assert await bootstrap.fitted(settings) == settings.model_copy(update={"compute_type": "int8"})
    chosen = settings.model_copy(update={"compute_type": "float32"})
    assert await bootstrap.fitted(chosen) == chosen


@pytest.mark.parametrize(
    ("chosen", "long_files", "clips"),
    [
        ({"children": 2, "device": "cpu"}, 6, 32),
        ({"children": 1, "device": "cpu"}, 3, 16),
        ({"children": 2, "device": "cpu", "batch_size": 1}, 4, 6),
        ({"children": 2, "device": "cpu", "chunk_slots": 40}, 40, 42),
        ({}, 16, 32),
    ],
)
async def test_as_much_waits_as_is_decoded_and_long_files_leave_slots_for_clips(machine, chosen, long_files, clips):
    machine(1)
    settings = await bootstrap.fitted(Settings(_env_file=None, **chosen))
    assert (settings.transcribing_slots, bootstrap.slots_of(settings)[Lane.CHUNKS]) == (long_files, clips)


@pytest.mark.parametrize(
    ("children", "gpus", "dealt"), [(2, 2, [0, 1]), (5, 2, [0, 1, 0, 1, 0]), (2, 4, [0, 1]), (2, 0, [0, 0])]
)
def test_children_are_dealt_out_to_the_gpus_in_turn(children, gpus, dealt):
    pool = EnginePool(children, Hardware("cuda", "float16", 4), gpus=gpus)
    assert [process._hardware.gpu for process in pool._processes] == dealt
