"""The figures in docs/fidelity.md."""

from pathlib import Path

from benchmarks.real_voices.report import Report
from benchmarks.real_voices.table import tables
from benchmarks.report.machine import Machine

DOCS = Path(__file__).parents[2] / "docs"


def write_page(report: Report, machine: Machine, docs: Path = DOCS) -> None:
    """Put what was measured between its marks in `fidelity.md`. Raises ValueError where the page lacks them."""
    how = report.conditions
    measured = (
        f"Measured with `--minutes {how.minutes:g} --seeds {how.seeds} --beam {how.beam}` and the weights of "
        f"{how.model}, int8, on {machine}."
    )
    put("real voices", f"{measured}\n\n{tables(report)}", docs)


def put(name: str, body: str, docs: Path = DOCS) -> None:
    """Put Markdown between the marks of that name in `fidelity.md`. Raises ValueError where the page lacks them."""
    page = docs / "fidelity.md"
    begin, end = f"<!-- measured: {name} -->\n", f"<!-- end of {name} -->\n"
    text = page.read_text(encoding="utf-8")
    if begin not in text or end not in text:
        raise ValueError(f"{page} has no place for figures: it needs the lines {begin.strip()} and {end.strip()}")
    before, _, rest = text.partition(begin)
    behind = rest.partition(end)[2]
    page.write_text(f"{before}{begin}\n{body}\n\n{end}{behind}", encoding="utf-8")
