"""How benchmarks of speed tell their figures."""

import json
import xml.etree.ElementTree as ET

import pytest

from benchmarks.report.bars import Bar, draw
from benchmarks.report.machine import Machine
from benchmarks.report.page import Section, publish, table
from benchmarks.report.spread import Spread

MACHINE = Machine("a processor", 2, 24, "Linux 6", "3.11", {"numpy": "2.2"})


def test_a_spread_of_pairs_takes_the_ratio_of_each_pair():
    spread = Spread.of_ratios([10, 30, 20], [10, 10, 10])
    assert (spread.median, spread.low, spread.high, spread.runs) == (2, 1, 3, 3)
    assert spread.show(".1f") == "2.0 (1.0 to 3.0)"


def test_one_run_has_no_spread_to_show():
    assert Spread.of([1.5]).show() == "1.50"


def test_a_section_replaces_what_stood_between_its_marks_and_nothing_else(tmp_path):
    page = tmp_path / "performance.md"
    page.write_text("before\n<!-- measured: x -->\nold\n<!-- end of x -->\nbehind\n")
    for _ in range(2):
        picture = draw("x", [Bar("us", Spread.of([1]))])
        publish(Section("x", "make x", {"runs": [1, 2]}, "new", picture), MACHINE, tmp_path)
    text = page.read_text()
    assert text.startswith("before\n")
    assert text.endswith("behind\n")
    assert "old" not in text
    assert text.count("new") == 1
    assert "a processor, 2 cores" in text
    assert json.loads((tmp_path / "performance/x.json").read_text())["runs"] == [1, 2]
    assert (tmp_path / "performance/x.svg").exists()


def test_a_page_without_the_marks_is_refused(tmp_path):
    (tmp_path / "performance.md").write_text("nothing\n")
    with pytest.raises(ValueError, match="measured: x"):
        publish(Section("x", "make x", {}, "new"), MACHINE, tmp_path)


def test_the_picture_is_xml_with_a_bar_for_each_system():
    bars = [Bar("us & co", Spread.of([3, 1, 2]), ours=True), Bar("them", Spread.of([1]))]
    root = ET.fromstring(draw("Speed <1>", bars))
    space = "{http://www.w3.org/2000/svg}"
    assert len(root.findall(f"{space}rect")) == 1 + len(bars)
    assert "2.00 (1.00 to 3.00)" in [text.text for text in root.findall(f"{space}text")]


def test_the_machine_is_this_one():
    assert Machine.here().cores >= 1
    assert "numpy" in str(Machine.here())


def test_a_table_has_a_line_for_each_row():
    assert table(["a", "b"], [["1", "2"]]) == "| a | b |\n| --- | --- |\n| 1 | 2 |"
