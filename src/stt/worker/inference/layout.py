"""How inference is laid out on a machine: processes, threads, batches, and what waits for them. Pure.

The one place that decides: settings keep what was set, and 0 in them leaves it to what is here.
"""

from dataclasses import dataclass, field, replace

from stt.domain.whisper.engine import Engine
from stt.domain.whisper.models import CATALOGUE
from stt.worker.inference.child import Hardware
from stt.worker.inference.gpus import Gpus

MEGABYTE = 1024**2
WORKING_MEMORY = 512 * MEGABYTE
"""Bytes of an inference process beside its weights."""
SHARE_OF_MEMORY = 0.75
"""Part of the memory that models may fill; the rest is for audio, the database and the file cache."""
CORES_OF_A_CHILD = 4
"""From here on more threads in one inference process do less than another process."""
THREADS_BESIDE_A_GPU = 4
"""What is left for the CPU are spectrograms."""
CPU_BATCH_SIZE = 8
GPU_BATCH_SIZE = 16
WORTHWHILE_BATCH = 3
"""Windows of full length from which on a CPU gains next to nothing by more in a batch; those who come behind wait for
all of them."""
LEAST_CHUNKS = 2
"""For each process: while one is decoded the next is read."""
LEFT_OPEN = "default"
CPU_COMPUTE_TYPE = "int8"
"""Half the time and a quarter of the memory of the float32 that a CPU makes of what most models are stored in."""


@dataclass(frozen=True)
class Wishes:
    """What an operator has set; 0, and `default` for the number format, leave it to the machine."""

    engine: Engine
    device: str = "auto"
    compute_type: str = LEFT_OPEN
    gpus: int = 0
    children: int = 0
    threads: int = 0
    batch_size: int = 0
    chunk_slots: int = 0

    @property
    def may_use_gpus(self) -> bool:
        """Whether they are worth looking for: an engine that is mostly installed without CUDA has to be told."""
        return self.engine.traits.finds_gpus or self.device != "auto"


@dataclass(frozen=True)
class Machine:
    """What there is: cores, bytes of memory that may be filled, GPUs."""

    cores: int
    memory: int
    gpus: Gpus = field(default_factory=Gpus)


@dataclass(frozen=True)
class Layout:
    """Processes, their threads, the windows of a batch, and in which numbers they are computed where.

    No `compute_type` is that of an engine which computes in the numbers that its model's file has.
    """

    engine: Engine
    device: str
    compute_type: str | None
    children: int
    threads: int
    batch_size: int
    gpus: int = 0
    chunk_slots: int = 0
    """As it was set; 0 for as many chunks as make batches worth while."""

    @property
    def hardware(self) -> Hardware:
        """What each process is told."""
        return Hardware(self.device, self.compute_type or Hardware.compute_type, self.threads)

    @property
    def settings(self) -> dict[str, str]:
        """Environment variables that ask for it."""
        numbers = {"STT_COMPUTE_TYPE": self.compute_type} if self.compute_type else {}
        return {
            "STT_ENGINE": self.engine,
            "STT_DEVICE": self.device,
            **numbers,
            "STT_CHILDREN": str(self.children),
            "STT_THREADS": str(self.threads),
            "STT_BATCH_SIZE": str(self.batch_size),
        }

    @property
    def long_chunks(self) -> int:
        """Chunks of two windows or more held at once.

        Half of their windows are decoded while the other half waits: as many windows for each process as it has chunks.
        """
        worthwhile = self.batch_size if self.gpus else min(self.batch_size, WORTHWHILE_BATCH)
        return self.chunk_slots or self.children * max(LEAST_CHUNKS, worthwhile)

    @property
    def window_slots(self) -> int:
        """Chunks held at once if each is a single window: for each process a full batch, and one more that waits.

        Some are left for clips, whatever is held of long files.
        """
        return max(self.long_chunks + self.children, 2 * self.children * self.batch_size)


def lay_out(wishes: Wishes, machine: Machine, model: str) -> Layout:
    """The layout for a machine: what was wished, and the rest as its GPUs, cores and memory are good for `model`."""
    chosen = Layout(
        engine=wishes.engine,
        device=wishes.device,
        compute_type=wishes.compute_type,
        children=wishes.children,
        threads=wishes.threads,
        batch_size=wishes.batch_size,
        chunk_slots=wishes.chunk_slots,
    )
    fill_in = _on_gpus if machine.gpus.count else _on_a_cpu
    return fill_in(replace(chosen, gpus=wishes.gpus), machine, model)


def _on_gpus(chosen: Layout, machine: Machine, _model: str) -> Layout:
    """A process for each GPU."""
    gpus = min(chosen.gpus or machine.gpus.count, machine.gpus.count)
    children = chosen.children or gpus
    return replace(
        chosen,
        gpus=gpus,
        children=children,
        threads=chosen.threads or threads_beside_a_gpu(machine.cores, children),
        batch_size=chosen.batch_size or GPU_BATCH_SIZE,
        compute_type=_unless_open(chosen.compute_type, machine.gpus.best_compute_type),
    )


def _on_a_cpu(chosen: Layout, machine: Machine, model: str) -> Layout:
    children = chosen.children or children_for(machine.cores, machine.memory, memory_of_a_child(model))
    return replace(
        chosen,
        gpus=0,
        children=children,
        threads=chosen.threads or max(1, machine.cores // children),
        batch_size=chosen.batch_size or CPU_BATCH_SIZE,
        compute_type=_unless_open(chosen.compute_type, CPU_COMPUTE_TYPE),
    )


def _unless_open(set_to: str | None, otherwise: str) -> str | None:
    return otherwise if set_to == LEFT_OPEN else set_to


def threads_beside_a_gpu(cores: int, children: int) -> int:
    """Threads of each of so many processes."""
    return max(1, min(THREADS_BESIDE_A_GPU, cores // children))


def memory_of_a_child(model: str) -> int:
    """Bytes that a process fills; a model that is not in the catalogue counts as a small one."""
    known = CATALOGUE.get(model)
    weights = 2 * known.megabytes * MEGABYTE if known else 0  # stored in half the precision they are used in
    return weights + WORKING_MEMORY


def children_for(cores: int, memory: int, child_memory: int) -> int:
    """How many inference processes do the most together, where each fills `child_memory` bytes of `memory`.

    Processes of one thread do more than threads of one process, but each keeps a model in memory: one for each core up
    to four, then one for every four cores, and never more than fit.
    """
    wanted = max(min(cores, CORES_OF_A_CHILD), cores // CORES_OF_A_CHILD)
    fitting = int(memory * SHARE_OF_MEMORY) // max(1, child_memory)
    return max(1, min(wanted, fitting))
