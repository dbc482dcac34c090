"""What becomes of what a benchmark measured."""

import argparse
from collections.abc import Sequence
from pathlib import Path

from rich.console import Console
from rich.markdown import Markdown

from benchmarks.report.machine import LIBRARIES, Machine
from benchmarks.report.page import DOCS, Section, publish, write_json

WIDTH = 180
"""Characters, where no terminal says how many there is room for."""


def hand_out(
    section: Section, options: argparse.Namespace, libraries: Sequence[str] = LIBRARIES, docs: Path = DOCS
) -> None:
    """Show it, write it as JSON to `options.output`, and into the docs if `options.docs` says so.

    `libraries` are those whose versions matter.
    """
    console, machine = Console(highlight=False), Machine.here(libraries)
    if not console.is_terminal:
        console.width = WIDTH
    console.print(Markdown(section.body))
    write_json(section, machine, options.output)
    console.print(f"Everything is in {options.output}.")
    if options.docs:
        publish(section, machine, docs)
