"""Options that all benchmarks have, and what they are where nobody gives them."""

from pathlib import Path

import pytest

from benchmarks.report.options import parsed, parser_of


def options(*arguments):
    parser = parser_of("long_files", "About.")
    parser.add_argument("--minutes", type=float)
    return parsed(parser, arguments, full={"minutes": 10.0}, quick={"minutes": 0.5})


@pytest.mark.parametrize(
    ("arguments", "minutes"), [([], 10.0), (["--quick"], 0.5), (["--quick", "--minutes", "2"], 2.0)]
)
def test_what_nobody_gives_is_that_of_a_full_or_a_quick_run(arguments, minutes):
    assert options(*arguments).minutes == minutes


def test_figures_go_into_a_file_of_the_benchmark_s_name_and_not_into_the_docs():
    assert options().output == Path("long-files.json")
    assert not options().docs


def test_the_command_can_be_given_again():
    assert options("--output", "a b.json").command == "python -m benchmarks.long_files --output 'a b.json'"
