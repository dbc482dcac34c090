"""The figures in docs/fidelity.md."""

from pathlib import Path

from benchmarks.real_voices.report import Report
from benchmarks.real_voices.table import tables
from benchmarks.report.machine import Machine

DOCS = Path(__file__).parents[2] / "docs"
BEGIN, END = "<!-- measured: real voices -->\n", "<!-- end of real voices -->\n"


def write_page(report: Report, machine: Machine, docs: Path = DOCS) -> None:
    """Put what was measured between its marks in `fidelity.md`. Raises ValueError where the page lacks them."""
    page = docs / "fidelity.md"
    text = page.read_text(encoding="utf-8")
    if BEGIN not in text or END not in text:
        raise ValueError(f"{page} has no place for figures: it needs the lines {BEGIN.strip()} and {END.strip()}")
    before, _, rest = text.partition(BEGIN)
    behind = rest.partition(END)[2]
    page.write_text(f"{before}{BEGIN}\n{_measured(report, machine)}\n\n{END}{behind}", encoding="utf-8")


def _measured(report: Report, machine: Machine) -> str:
    how = report.conditions
    return (
        f"Measured with `--minutes {how.minutes:g} --seeds {how.seeds} --beam {how.beam}` and the weights of "
        f"{how.model}, int8, on {machine}.\n\n{tables(report)}"
    )
