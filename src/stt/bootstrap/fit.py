"""What the settings leave open, filled in for this machine's GPUs."""

from stt.core.config import Settings
from stt.core.machine import usable_cores
from stt.worker.inference.gpus import find_gpus
from stt.worker.inference.layout import THREADS_BESIDE_A_GPU

GPU_BATCH_SIZE = 16
CPU_COMPUTE_TYPE = "int8"
"""Half the time and a quarter of the memory of the float32 that a CPU makes of what most models are stored in."""


async def fitted(settings: Settings) -> Settings:
    """The settings for a process that transcribes, with what they leave open filled in for the GPUs of this machine.

    A child for each GPU. An engine that is mostly installed without CUDA has to be told.

    Raises:
        InvalidRequest: code `no_gpu`; `device` is `cuda`, and there is none.
    """
    as_stored = settings.compute_type == "default"
    on_a_cpu = CPU_COMPUTE_TYPE if as_stored else settings.compute_type
    without = settings.model_copy(update={"compute_type": on_a_cpu, "gpus": 0})
    if settings.device == "auto" and not settings.engine.traits.finds_gpus:
        return without
    gpus = await find_gpus(settings.device)
    if not gpus.count:
        return without
    count = min(settings.gpus or gpus.count, gpus.count)
    children, batch_size = settings.children or count, settings.batch_size or GPU_BATCH_SIZE
    chosen = gpus.best_compute_type if as_stored else settings.compute_type
    return settings.model_copy(
        update={
            "gpus": count,
            "children": children,
            "threads": settings.threads or max(1, min(THREADS_BESIDE_A_GPU, usable_cores() // children)),
            "batch_size": batch_size,
            "compute_type": chosen,
        }
    )
