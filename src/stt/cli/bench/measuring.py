"""What `stt bench` measures: a model in the layouts that make sense on this machine."""

from dataclasses import replace

from stt import bootstrap
from stt.cli.bench.comparison import described
from stt.cli.bench.layouts import Comparison, Contest, Observer
from stt.cli.bench.trial import speech_windows
from stt.cli.errors import CommandError
from stt.cli.terminal import Show, progress, say
from stt.core.config import Settings
from stt.core.machine import usable_cores, usable_memory
from stt.domain.whisper.engine import Engine
from stt.domain.whisper.models import DEMO
from stt.worker.inference.gpus import cpu_compute_types, find_gpus
from stt.worker.inference.layout import Layout
from stt.worker.inference.space import Space
from stt.worker.models import ResolvedModel
from stt.worker.models.store import PACKAGED

SAMPLE = PACKAGED / "sample-en.flac"
WORTH_A_TRIAL = ("float32", "int8", "float16", "bfloat16", "int8_float16")
"""Number formats; the others that CTranslate2 knows are the same on one device or another, or slower."""


def installed(settings: Settings, name: str | None, engine: Engine | None = None) -> dict[Engine, ResolvedModel]:
    """The model for each engine that it is here for, or for that one; without a name the default model, else `demo`.

    Raises:
        CommandError: it is here for none.
    """
    engines = [engine] if engine else list(Engine)
    store = bootstrap.model_store(settings, paths=True)

    def files(name: str) -> dict[Engine, ResolvedModel]:
        return {each: found for each in engines if (found := store.find(name, each))}

    if found := files(name or settings.default_model):
        return found
    if name:
        raise CommandError(
            f"Model {name!r} is not on this machine. Fetch it with 'stt models pull {name}', or give the path of one."
        )
    say(
        f"The default model, {settings.default_model}, is not installed: measuring 'demo', a hundred times smaller "
        "than a real one, which says little about those. 'stt models pull' fetches one."
    )
    return files(DEMO)


async def compare(settings: Settings, found: dict[Engine, ResolvedModel], seconds: float) -> Comparison:
    """Measure the layouts of a model, as found for one engine or both, and what the settings make of it.

    Raises:
        CommandError: nothing could be measured.
        InvalidRequest: the settings ask for a GPU, and there is none.
    """
    begin = await starts(settings, list(found))
    current = next(iter(begin))
    window_seconds = min(settings.window_seconds, *(model.card.window_seconds for model in found.values()))
    limit = Contest.limit(list(begin.values()), seconds)
    model = next(iter(found.values())).name
    say(f"Measuring {model} for {' and '.join(found)}, {seconds:g} s a trial, {limit / 60:.1f} minutes at most.")
    contest = Contest(
        {engine: model.path for engine, model in found.items()},
        speech_windows(SAMPLE, window_seconds),
        seconds=seconds,
        beam_size=settings.beam_size,
        memory=usable_memory(),
    )
    with progress() as show:
        return await contest.run(current, begin, _Bars(show))


async def starts(settings: Settings, engines: list[Engine]) -> dict[Layout, Space]:
    """Where to begin for each engine: what the settings say, that of their own engine first."""
    found = {}
    for engine in sorted(engines, key=lambda name: name != settings.engine):
        start = await bootstrap.layout_of(settings.model_copy(update={"engine": engine}))
        offered = (await find_gpus(settings.device)).compute_types if start.gpus else await cpu_compute_types()
        if not engine.traits.converts:
            start = replace(start, compute_type=None)
        found[start] = Space.around(start, usable_cores(), [name for name in WORTH_A_TRIAL if name in offered])
    return found


class _Bars(Observer):
    """On the terminal."""

    def __init__(self, show: Show) -> None:
        self._show = show

    def begins(self, percent: float, layout: Layout, stage: str) -> None:
        self._show("Measuring" if stage == "search" else "Finals", percent, described(layout))
