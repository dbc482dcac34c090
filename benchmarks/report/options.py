"""The options that benchmarks have alike."""

import argparse
import shlex
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any


def parser_of(name: str, about: str | None) -> argparse.ArgumentParser:
    """For `python -m benchmarks.NAME`, with where the figures go: `--output` and `--docs`."""
    parser = argparse.ArgumentParser(prog=f"python -m benchmarks.{name}", description=about)
    output = Path(f"{name.replace('_', '-')}.json")
    parser.add_argument("--output", type=Path, default=output, help="JSON file to write (%(default)s)")
    parser.add_argument("--docs", action="store_true", help="write the section of docs/performance.md as well")
    return parser


def parsed(
    parser: argparse.ArgumentParser,
    arguments: Sequence[str] | None,
    *,
    full: Mapping[str, Any],
    quick: Mapping[str, Any],
) -> argparse.Namespace:
    """What was asked for, with `--quick` among it: the rest of the options is that of `quick` or of `full`.

    `command` is the whole line.
    """
    given = sys.argv[1:] if arguments is None else arguments
    parser.add_argument("--quick", action="store_true", help="little of everything: to see that it runs")
    parser.set_defaults(**full, command=shlex.join([*parser.prog.split(), *given]))
    if parser.parse_args(given).quick:
        parser.set_defaults(**quick)
    return parser.parse_args(given)
