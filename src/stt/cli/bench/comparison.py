"""What `stt bench` found, for a person and for a program."""

from typing import Any

from rich.table import Table

from stt.cli.bench.layouts import ROUNDS, Comparison, Measured
from stt.cli.terminal import results, say
from stt.core.machine import usable_cores, usable_memory
from stt.worker.inference.layout import Layout

CLOSE = 0.9
"""Part of the best speed from which on settings are good enough to be left alone."""


def as_document(comparison: Comparison) -> dict[str, Any]:
    """Everything as plain values; speeds are seconds of audio per second, memory in bytes."""
    best, current = comparison.best, comparison.current
    return {
        "cores": usable_cores(),
        "memory": usable_memory(),
        "window_seconds": comparison.window_seconds,
        "seconds": round(comparison.seconds, 1),
        "cut_short": comparison.cut_short,
        "layouts": [
            {
                **vars(one.layout),
                "windows_per_second": one.speed,
                "times_real_time": one.speed * comparison.window_seconds,
                "trials": one.trials,
                "finals": one.finals,
                "child_memory": one.child_memory,
                "trouble": one.trouble,
            }
            for one in comparison.measured
        ],
        "best": vars(best.layout),
        "settings": {**vars(current.layout), "share_of_best": comparison.share, "shares": comparison.shares},
        "env": best.layout.settings,
    }


def show(comparison: Comparison) -> None:
    """Print a table, the lines for `.env`, and a verdict on the settings."""
    table = Table(box=None, pad_edge=False, padding=(0, 1, 0, 0))
    for title in ("engine", "numbers"):
        table.add_column(title, no_wrap=True)
    for title in ("processes", "threads", "batch", "windows/s", "x real time", "MB each"):
        table.add_column(title, justify="right")
    table.add_column("", no_wrap=True)
    for one in comparison.measured:
        table.add_row(*_row(one, comparison))
    results.print(table)
    results.print()
    for line in (f"{name}={value}" for name, value in comparison.best.layout.settings.items()):
        results.print(line)
    say(_verdict(comparison))
    if comparison.cut_short:
        say("The time ran out before everything worth a trial had one: longer --seconds give it more.")


def _row(one: Measured, comparison: Comparison) -> list[str]:
    layout = one.layout
    marks = {id(comparison.current): "as set", id(comparison.best): "best"}
    speeds = (f"{one.speed:.2f}", f"{one.speed * comparison.window_seconds:.1f}") if one.trials else ("-", "-")
    return [
        layout.engine,
        layout.compute_type or "-",
        str(layout.children),
        str(layout.threads),
        str(layout.batch_size),
        *speeds,
        f"{one.child_memory / 1e6:.0f}" if one.child_memory else "",
        marks.get(id(one), one.trouble),
    ]


def _verdict(comparison: Comparison) -> str:
    share, best, current = comparison.share, comparison.best, comparison.current
    if current is best:
        return f"The settings are the best that was found, {described(best.layout)}: nothing to change."
    verdict = f"The settings ({described(current.layout)}) do {100 * share:.0f} % of the best found"
    verdict += f", in {len(comparison.shares)} of {ROUNDS} rounds side by side."
    if share >= CLOSE:
        return f"{verdict} That is as good: nothing needs to change."
    return f"{verdict} The lines above, in .env, make the difference."


def described(layout: Layout) -> str:
    """In a few words."""
    shape = f"{layout.engine}, {layout.children} x {layout.threads} threads, batches of {layout.batch_size}"
    return ", ".join(filter(None, [shape, layout.compute_type]))
