"""What was measured is shown, written, and put into the docs where that is asked for."""

import json

import pytest

from benchmarks.report.options import parser_of
from benchmarks.report.outcome import hand_out
from benchmarks.report.page import Section, table

SECTION = Section("x", "make x", {"seconds": 1.5}, f"What it is.\n\n{table(['system', 'seconds'], [['ours', '1.5']])}")
PAGE = "<!-- measured: x -->\n<!-- end of x -->\n"


@pytest.fixture
def page(tmp_path):
    page = tmp_path / "performance.md"
    page.write_text(PAGE)
    return page


def handed_out(page, *arguments):
    output = page.with_name("output.json")
    options = parser_of("x", None).parse_args(["--output", str(output), *arguments])
    hand_out(SECTION, options, libraries=["numpy"], docs=page.parent)
    return json.loads(output.read_text())


def test_it_is_shown_and_written(page, capsys):
    told = handed_out(page)
    assert told["seconds"] == 1.5
    assert list(told["machine"]["libraries"]) == ["numpy"]
    shown = capsys.readouterr().out
    assert "What it is." in shown
    assert [line.split() for line in shown.splitlines() if "ours" in line] == [["ours", "1.5"]]
    assert page.read_text() == PAGE


def test_docs_are_written_where_they_are_asked_for(page):
    handed_out(page, "--docs")
    assert "What it is." in page.read_text()
