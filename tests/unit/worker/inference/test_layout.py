"""How inference is laid out: what was set stays, the rest is what a machine is good for."""

import pytest

from stt.domain.whisper.engine import Engine
from stt.worker.inference.gpus import Gpus
from stt.worker.inference.layout import Layout, Machine, Wishes, children_for, lay_out

GIGABYTE = 1024**3
CUDA = ["float16", "float32"]


def laid_out(gpus=0, *, cores=16, engine=Engine.FASTER_WHISPER, **wishes):
    machine = Machine(cores, 64 * GIGABYTE, Gpus(gpus, CUDA if gpus else ()))
    return lay_out(Wishes(engine, **wishes), machine, "medium")


def test_each_gpu_has_a_process():
    layout = laid_out(gpus=3)
    assert layout == Layout(Engine.FASTER_WHISPER, "auto", "float16", 3, threads=4, batch_size=16, gpus=3)
    assert layout.long_chunks == 48


def test_what_is_set_stays_as_it_is():
    chosen = {"children": 6, "threads": 1, "batch_size": 3, "compute_type": "int8_float16", "chunk_slots": 9}
    machine = Machine(16, 64 * GIGABYTE, Gpus(2, CUDA))
    layout = lay_out(Wishes(Engine.FASTER_WHISPER, device="cuda", gpus=1, **chosen), machine, "medium")
    assert layout == Layout(Engine.FASTER_WHISPER, "cuda", "int8_float16", 6, 1, 3, gpus=1, chunk_slots=9)
    assert layout.long_chunks == 9


def test_more_gpus_than_there_are_cannot_be_used():
    assert lay_out(Wishes(Engine.FASTER_WHISPER, gpus=8), Machine(16, GIGABYTE, Gpus(2, CUDA)), "medium").gpus == 2


@pytest.mark.parametrize("engine", Engine)
@pytest.mark.parametrize(("asked", "used"), [("default", "int8"), ("float32", "float32")])
def test_on_a_cpu_weights_are_int8_unless_something_else_is_asked_for(engine, asked, used):
    layout = laid_out(engine=engine, compute_type=asked)
    assert layout == Layout(engine, "auto", used, children=4, threads=4, batch_size=8)


@pytest.mark.parametrize("engine", Engine)
def test_gpus_are_looked_for_where_the_engine_finds_them_or_has_to(engine):
    assert Wishes(engine).may_use_gpus is engine.traits.finds_gpus
    assert Wishes(engine, device="cuda").may_use_gpus


@pytest.mark.parametrize(
    ("gpus", "wishes", "long_files", "clips"),
    [
        (0, {"children": 2}, 6, 32),
        (0, {"children": 1}, 3, 16),
        (0, {"children": 2, "batch_size": 1}, 4, 6),
        (0, {"children": 2, "chunk_slots": 40}, 40, 42),
        (1, {}, 16, 32),
    ],
)
def test_as_much_waits_as_is_decoded_and_long_files_leave_slots_for_clips(gpus, wishes, long_files, clips):
    layout = laid_out(gpus, **wishes)
    assert (layout.long_chunks, layout.window_slots) == (long_files, clips)


@pytest.mark.parametrize(("cores", "children"), [(1, 1), (2, 2), (3, 3), (4, 4), (8, 4), (16, 4), (32, 8), (64, 16)])
def test_where_memory_is_plenty_the_cores_decide(cores, children):
    assert children_for(cores, 512 * GIGABYTE, 4 * GIGABYTE) == children


@pytest.mark.parametrize(("memory", "children"), [(2, 1), (8, 1), (16, 3), (24, 4)])
def test_a_large_model_is_kept_as_often_as_it_fits(memory, children):
    assert children_for(4, memory * GIGABYTE, 4 * GIGABYTE) == children
