"""The table: one row for each system and language, a figure and its engine's own beside it in each cell."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from rich.table import Table

from benchmarks.fidelity.figures import Count, Figures, Row

NONE = "–"


@dataclass(frozen=True)
class Column:
    """What is shown of figures; `rank` is what is better when it is less, `None` where it cannot be said."""

    title: str
    show: Callable[[Figures], str]
    rank: Callable[[Figures], float | None]


def _percent(share: float) -> str:
    return f"{100 * share:.1f} %"


def _seams(seams: Count) -> str:
    rate = seams.per(1000)
    return NONE if rate is None else f"{rate:.0f} of {seams.among:.0f}"


def _borders(figures: Figures) -> str:
    if figures.border_median is None or figures.border_95th is None:
        return NONE
    return f"{figures.border_median:.0f} / {figures.border_95th:.0f}"


def _drift(figures: Figures) -> str:
    if figures.drift is None:
        return NONE
    return f"{figures.drift:+.0f} ± {figures.drift_uncertainty:.0f}"


def _beyond_doubt(figures: Figures) -> float | None:
    """Drift that is not explained by chance: what exceeds two standard errors."""
    if figures.drift is None or figures.drift_uncertainty is None:
        return None
    return max(0.0, abs(figures.drift) - 2 * figures.drift_uncertainty)


COLUMNS = (
    Column("WER, pauses", lambda f: _percent(f.paused_errors), lambda f: f.paused_errors),
    Column("WER, no pauses", lambda f: _percent(f.pauseless_errors), lambda f: f.pauseless_errors),
    Column("seam errors per 1,000 cuts, pauses", lambda f: _seams(f.paused_seams), lambda f: f.paused_seams.per(1000)),
    Column(
        "seam errors per 1,000 cuts, no pauses",
        lambda f: _seams(f.pauseless_seams),
        lambda f: f.pauseless_seams.per(1000),
    ),
    Column("border error, ms: median / 95 %", _borders, lambda f: f.border_95th),
    Column("drift, ms per hour", _drift, _beyond_doubt),
    Column("invented words", lambda f: str(f.invented.found), lambda f: float(f.invented.found)),
    Column("coverage", lambda f: _percent(f.coverage), lambda f: 1 - f.coverage),
)


def on_terminal(rows: Sequence[Row]) -> Table:
    """For a person at a terminal."""
    table = Table(title="Fidelity")
    table.add_column("system", no_wrap=True)
    for title in ("language", *(column.title for column in COLUMNS)):
        table.add_column(title)
    for row in rows:
        table.add_row(row.system, row.language, *_cells(row), end_section=_ends_language(row, rows))
    return table


def as_markdown(rows: Sequence[Row]) -> str:
    """For a page."""
    lines = [["system", "language", *(column.title for column in COLUMNS)]]
    lines.append(["---"] * len(lines[0]))
    lines += [[row.system, row.language, *_cells(row)] for row in rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _cells(row: Row) -> list[str]:
    return [f"{column.show(row.figures)} ({column.show(row.alone)})" for column in COLUMNS]


def _ends_language(row: Row, rows: Sequence[Row]) -> bool:
    return row is [other for other in rows if other.language == row.language][-1]
