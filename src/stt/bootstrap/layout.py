"""What is here, put beside what was set."""

from stt.core.config import Settings
from stt.core.machine import usable_cores, usable_memory
from stt.worker.inference.gpus import Gpus, find_gpus
from stt.worker.inference.layout import Layout, Machine, Wishes, lay_out


async def layout_of(settings: Settings) -> Layout:
    """How inference is laid out on this machine.

    Raises:
        InvalidRequest: code `no_gpu`; `device` is `cuda`, and there is none.
    """
    wishes = Wishes(
        engine=settings.engine,
        device=settings.device,
        compute_type=settings.compute_type,
        gpus=settings.gpus,
        children=settings.children,
        threads=settings.threads,
        batch_size=settings.batch_size,
        chunk_slots=settings.chunk_slots,
    )
    gpus = await find_gpus(settings.device) if wishes.may_use_gpus else Gpus()
    return lay_out(wishes, Machine(usable_cores(), usable_memory(), gpus), settings.default_model)
