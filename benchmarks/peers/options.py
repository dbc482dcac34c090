"""Options of benchmarks that set this service beside its peers."""

import argparse
from collections.abc import Sequence

from benchmarks.peers.weights import DEMO
from tools.random_model.shape import SHAPES

FULL = {"shape": "base", "runs": 3}
QUICK = {"shape": DEMO, "runs": 1}


def add_options(parser: argparse.ArgumentParser, systems: Sequence[str]) -> None:
    """Which model, how often, and who."""
    parser.add_argument("--shape", choices=(DEMO, *SHAPES), help="random weights of it, or demo (%(default)s)")
    parser.add_argument("--runs", type=int, help="turns of each system (%(default)s)")
    parser.add_argument("--beam", type=int, default=5, help="width of the search in every system (%(default)s)")
    parser.add_argument("--seed", type=int, default=1, help="which speech (%(default)s)")
    parser.add_argument("--systems", nargs="+", choices=systems, default=systems, help="(all)")
