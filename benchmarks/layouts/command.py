"""What `stt bench` measures, for a model of random weights, as a table and bars."""

import argparse
import asyncio
import tempfile
from collections.abc import Sequence
from pathlib import Path

from benchmarks.report.bars import Bar, draw
from benchmarks.report.options import parsed, parser_of
from benchmarks.report.outcome import hand_out
from benchmarks.report.page import Section, table
from benchmarks.report.spread import Spread
from stt.cli.bench.comparison import as_document
from stt.cli.bench.layouts import Comparison, Measured
from stt.cli.bench.measuring import compare, installed
from stt.core.config import Settings
from stt.core.logger import configure_logging
from stt.domain.whisper.models import DEMO
from tools.random_model.build import build
from tools.random_model.shape import SHAPES

TITLES = ("engine", "processes", "threads", "batch", "numbers", "x real time", "MB a process", "")
FULL = {"shape": "base", "seconds": 6.0}
QUICK = {"shape": DEMO, "seconds": 0.1}


def main(arguments: Sequence[str] | None = None) -> None:
    options = _options(arguments)
    configure_logging("console", "critical")
    hand_out(_section(_compared(options), options), options)


def _compared(options: argparse.Namespace) -> Comparison:
    """With no settings but those that are derived from the machine."""
    settings = Settings(_env_file=None, device="cpu")
    with tempfile.TemporaryDirectory(prefix="stt-layouts-") as directory:
        model = options.shape
        if options.shape != DEMO:
            build(SHAPES[options.shape], Path(directory), name=f"random-{options.shape}")
            model = directory
        return asyncio.run(compare(settings, installed(settings, model), options.seconds))


def _section(comparison: Comparison, options: argparse.Namespace) -> Section:
    share = Spread.of(comparison.shares)
    cut_short = " The time ran out before everything worth a trial had one." if comparison.cut_short else ""
    body = (
        f"A model in the shape of {options.shape}, trials of {options.seconds:g} s. What nobody chose, "
        f"{_layout(comparison.current)}, does {share.show('.2f')} of the best found, {_layout(comparison.best)}, and "
        f"{share_of_alike(comparison):.2f} of the best in the same numbers, side by side.{cut_short}\n\n"
        f"{table(TITLES, [_row(one, comparison) for one in comparison.measured if one.trials])}"
    )
    window = comparison.window_seconds
    bars = [
        Bar(
            f"{one.layout.engine} {_layout(one)}",
            Spread.of([speed * window for speed in one.finals or one.trials]),
            ours=one is comparison.current,
        )
        for one in comparison.measured
        if one.trials
    ]
    picture = draw("Seconds of audio a second; green: what nobody chose", bars, ".1f")
    figures = {"shape": options.shape, **as_document(comparison)}
    return Section(f"layouts-{options.shape}", f"make layouts SHAPE={options.shape}", figures, body, picture)


def share_of_alike(comparison: Comparison) -> float:
    """The speed of what nobody chose as a part of the best with its engine and its numbers."""
    chosen = comparison.current.layout
    alike = [
        one.speed
        for one in comparison.measured
        if one.layout.compute_type == chosen.compute_type and one.layout.engine == chosen.engine
    ]
    return comparison.current.speed / max(alike)


def _row(one: Measured, comparison: Comparison) -> list[str]:
    layout = one.layout
    marks = {id(comparison.current): "derived", id(comparison.best): "best"}
    numbers = [str(number) for number in (layout.children, layout.threads, layout.batch_size)]
    speed = f"{one.speed * comparison.window_seconds:.1f}"
    memory = f"{one.child_memory / 1e6:.0f}"
    return [layout.engine, *numbers, layout.compute_type or "-", speed, memory, marks.get(id(one), "")]


def _layout(one: Measured) -> str:
    layout = one.layout
    shape = f"{layout.children} x {layout.threads}, batch {layout.batch_size}"
    return ", ".join(filter(None, [shape, layout.compute_type]))


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = parser_of("layouts", __doc__)
    parser.add_argument("--shape", help="of random weights, or demo (%(default)s)")
    parser.add_argument("--seconds", type=float, help="of a trial (%(default)g)")
    return parsed(parser, arguments, full=FULL, quick=QUICK)
