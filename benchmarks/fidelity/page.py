"""The figures in docs/fidelity.md and the picture beside it."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from benchmarks.fidelity.figures import Row
from benchmarks.fidelity.picture import draw
from benchmarks.fidelity.report import Report, pooled
from benchmarks.fidelity.table import COLUMNS, Column, as_markdown

DOCS = Path(__file__).parents[2] / "docs"
BEGIN, END = "<!-- measured -->\n", "<!-- end of what was measured -->\n"
OURS = "this service"
ALIKE = 1e-9


def write_page(report: Report, docs: Path = DOCS) -> None:
    """Put what was measured between the marks of `fidelity.md`, and the picture, if there is one, into `fidelity.svg`.

    Raises ValueError where the page lacks its marks.
    """
    page = docs / "fidelity.md"
    text = page.read_text(encoding="utf-8")
    if BEGIN not in text or END not in text:
        raise ValueError(f"{page} has no place for figures: it needs the lines {BEGIN.strip()} and {END.strip()}")
    before, _, rest = text.partition(BEGIN)
    _, _, behind = rest.partition(END)
    page.write_text(before + BEGIN + _measured(report) + END + behind, encoding="utf-8")
    if report.curve:
        (docs / "fidelity.svg").write_text(draw(pooled(report.curve)), encoding="utf-8")


def _measured(report: Report) -> str:
    how = report.conditions
    paragraphs = [
        f"Measured with `--minutes {how.minutes:g} --seed {how.seed} --beam {how.beam}`: so many minutes of each kind "
        "of audio in each language. In parentheses: the engine alone, on windows cut by hand.",
        as_markdown(report.rows),
        "\n".join(_where_others_are_better(report.rows)) or "In no column is another system better.",
    ]
    return "\n" + "\n\n".join(paragraphs) + "\n\n"


def _where_others_are_better(rows: Sequence[Row]) -> Iterator[str]:
    """A line for each column and language in which neither row of this service is the best."""
    for column in COLUMNS:
        for language in dict.fromkeys(row.language for row in rows):
            ranked = [
                (rank, row) for row in rows if row.language == language and (rank := _rank(column, row)) is not None
            ]
            ours = [entry for entry in ranked if entry[1].system.startswith(OURS)]
            if not ours:
                continue
            best, mine = (min(entries, key=lambda entry: entry[0]) for entries in (ranked, ours))
            if best[0] < mine[0] - ALIKE:
                yield (
                    f"- {column.title}, {language}: {best[1].system} {column.show(best[1].figures)}, "
                    f"{mine[1].system} {column.show(mine[1].figures)}."
                )


def _rank(column: Column, row: Row) -> float | None:
    return column.rank(row.figures)
