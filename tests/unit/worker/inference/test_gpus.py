"""What a machine with GPUs answers is given by a command; without GPUs CTranslate2 itself is asked."""

import json
import sys

import pytest

from stt.domain.errors import InvalidRequest
from stt.worker.inference import gpus
from stt.worker.inference.gpus import Gpus, find_gpus


def answering(**answer):
    return (sys.executable, "-c", f"print({json.dumps(json.dumps(answer))})")


@pytest.fixture
def driver(monkeypatch, tmp_path):
    (tmp_path / "nvidia0").touch()
    monkeypatch.setattr(gpus, "DEVICES", tmp_path)


async def test_on_a_cpu_nobody_is_asked():
    assert await find_gpus("cpu", ("/no/such/command",)) == Gpus()


async def test_without_a_driver_auto_asks_nobody(monkeypatch, tmp_path):
    monkeypatch.setattr(gpus, "DEVICES", tmp_path)
    assert await find_gpus("auto", ("/no/such/command",)) == Gpus()


@pytest.mark.usefixtures("driver")
@pytest.mark.parametrize("device", ["auto", "cuda"])
async def test_gpus_are_counted(device):
    found = await find_gpus(device, answering(count=2, compute_types=["float16", "int8"]))
    assert (found.count, found.best_compute_type) == (2, "float16")


@pytest.mark.usefixtures("driver")
async def test_a_driver_without_a_usable_gpu_is_a_cpu_on_auto():
    assert await find_gpus("auto", (sys.executable, "-c", "raise SystemExit('no cuda')")) == Gpus()


@pytest.mark.parametrize(
    ("command", "reason"),
    [
        (answering(count=0, compute_types=[]), "the driver shows no device"),
        (
            (sys.executable, "-c", "raise RuntimeError('CUDA driver version is insufficient')"),
            "version is insufficient",
        ),
    ],
)
async def test_asking_for_a_gpu_that_is_not_there_says_why_and_what_it_takes(command, reason):
    with pytest.raises(InvalidRequest, match=reason) as caught:
        await find_gpus("cuda", command)
    assert caught.value.error_code == "no_gpu"
    assert "cuBLAS 12" in caught.value.message


async def test_ctranslate2_itself_is_asked_in_its_own_process(monkeypatch):
    """Where there are no GPUs; CUDA_VISIBLE_DEVICES makes that true everywhere."""
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "")
    with pytest.raises(InvalidRequest, match="no GPU can be used here"):
        await find_gpus("cuda")


@pytest.mark.parametrize(
    ("types", "best"),
    [(["int8", "float32", "int8_float32"], "int8_float32"), (["bfloat16", "float32"], "bfloat16"), ([], "default")],
)
def test_a_gpu_without_float16_computes_in_the_next_best(types, best):
    assert Gpus(1, types).best_compute_type == best
