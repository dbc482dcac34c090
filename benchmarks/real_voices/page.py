"""The figures in docs/fidelity.md."""

from pathlib import Path

from benchmarks.real_voices.report import Report
from benchmarks.real_voices.table import tables
from benchmarks.report.machine import Machine
from benchmarks.report.page import DOCS, put


def write_page(report: Report, machine: Machine, docs: Path = DOCS) -> None:
    """Put what was measured between its marks in `fidelity.md`. Raises ValueError where the page lacks them."""
    how = report.conditions
    measured = (
        f"Measured with `--minutes {how.minutes:g} --seeds {how.seeds} --beam {how.beam}` and the weights of "
        f"{how.model}, int8, on {machine}."
    )
    put(docs / "fidelity.md", "real voices", f"{measured}\n\n{tables(report)}\n")
