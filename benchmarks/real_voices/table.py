"""The tables: errors row by row, what else is counted by system, and time row by row."""

from collections.abc import Callable, Iterator, Sequence

import numpy as np

from benchmarks.real_voices.figures import Figures
from benchmarks.real_voices.report import Report
from benchmarks.real_voices.systems import SYSTEMS
from benchmarks.report.page import table

NONE = "–"
LATE_SECONDS = 0.5

Show = Callable[[Figures], str]


def tables(report: Report) -> str:
    """All of them, in Markdown."""
    parts = [
        "Word errors (words deleted, inserted, exchanged):",
        _by_row(report, _errors),
        "All rows that a system heard, together:",
        _by_system(report),
        "Seconds of processor per minute of audio, and of waiting:",
        _by_row(report, _time),
    ]
    if report.checks:
        parts += ["Checks of this service:", *(f"- {check.name}: {check.outcome}" for check in report.checks)]
    return "\n\n".join(parts)


def _by_row(report: Report, show: Show) -> str:
    titles = ["", "words", *(SYSTEMS[system].label for system in report.systems)]
    lines = [[row, *_line(report, row, show)] for row in report.rows]
    return table(titles, lines)


def _line(report: Report, row: str, show: Show) -> Iterator[str]:
    found = [report.figures(row, system) for system in report.systems]
    yield str(next(figures.spoken for figures in found if figures))
    yield from (show(figures) if figures else NONE for figures in found)


def _errors(figures: Figures) -> str:
    if figures.error_rate is None:
        return f"{figures.inserted} written"
    return f"{_percent(figures.error_rate)} ({figures.deleted}, {figures.inserted}, {figures.substituted})"


def _time(figures: Figures) -> str:
    minutes = figures.seconds / 60
    return f"{figures.cpu / minutes:.1f} / {figures.wall / minutes:.1f}"


def _percent(share: float) -> str:
    return f"{100 * share:.1f} %"


def _share(part: float, whole: float) -> str:
    return f"{_percent(part / whole)} of {whole:.0f}" if whole else NONE


def _onsets(figures: Figures) -> str:
    if not figures.onsets:
        return NONE
    median, high = np.percentile(np.abs(figures.onsets), (50, 95))
    early = np.mean(np.array(figures.onsets) < -LATE_SECONDS)
    return f"{median:.2f} / {high:.2f} s, {_percent(float(early))}"


COLUMNS: Sequence[tuple[str, Show]] = (
    ("words deleted", lambda f: _share(f.deleted, f.spoken)),
    ("word errors", lambda f: _share(f.errors, f.spoken)),
    ("clips lost", lambda f: _share(f.lost_clips, f.clips)),
    ("of these told in gaps or as suppressed", lambda f: _share(f.lost_and_told, f.lost_clips)),
    ("gaps where nothing is missing", lambda f: _share(f.false_gaps, f.gaps)),
    ("words where nobody speaks", lambda f: str(f.invented)),
    ("spoken words suppressed", lambda f: str(f.silenced)),
    ("first words: median / 95 % off, more than 0.5 s early", _onsets),
    ("words over pauses of more than 0.5 s", lambda f: _share(f.stretched, f.words)),
    ("words without length, overlapping", lambda f: f"{f.empty}, {f.overlapping}"),
    ("time in the right language", lambda f: _share(f.found, f.asked)),
    ("clips ended by a mark, begun by a capital", lambda f: f"{_share(f.marks, f.ends)}, {_share(f.capitals, f.ends)}"),
)


def _by_system(report: Report) -> str:
    titles = ["", *(SYSTEMS[system].label for system in report.systems)]
    sums = [_sum(report, system) for system in report.systems]
    return table(titles, [[title, *(show(figures) for figures in sums)] for title, show in COLUMNS])


def _sum(report: Report, system: str) -> Figures:
    return sum((entry.figures for entry in report.measured if entry.system == system), Figures())
