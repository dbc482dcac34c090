"""What was measured comes back from its file, and stands in page and picture as it is."""

import xml.etree.ElementTree as ET
from dataclasses import replace

import pytest

from benchmarks.fidelity.curve import Point
from benchmarks.fidelity.figures import Count, Figures, Row
from benchmarks.fidelity.page import BEGIN, END, write_page
from benchmarks.fidelity.picture import draw
from benchmarks.fidelity.report import Conditions, Report, pooled

FIGURES = Figures(0.02, 0.05, Count(0, 80), Count(1, 500), 8.0, 40.0, 12.0, 30.0, Count(0, 10), 0.995)
OURS = Row("this service, faster-whisper", "faster-whisper", "en", FIGURES, FIGURES, ("lost 'a' as '' at 1.00 s",))
PEER = Row("whisper.cpp", "whisper.cpp", "en", replace(FIGURES, pauseless_seams=Count(90, 300)), FIGURES)
POINTS = (
    Point("this service", 10, Count(1, 100)),
    Point("this service", 10, Count(0, 100)),
    Point("cut and concatenate", 10, Count(90, 100)),
    Point("cut and concatenate", 300, Count(0, 0)),
)
REPORT = Report(Conditions(10.0, 1, 5), (OURS, PEER), POINTS)


def page_of(tmp_path, report):
    (tmp_path / "fidelity.md").write_text(f"Before.\n{BEGIN}old\n{END}After.\n")
    write_page(report, tmp_path)
    return (tmp_path / "fidelity.md").read_text()


def test_a_report_comes_back_from_its_file(tmp_path):
    REPORT.write(tmp_path / "new" / "fidelity.json")
    assert Report.read(tmp_path / "new" / "fidelity.json") == REPORT


def test_parts_of_a_table_that_were_measured_apart_make_a_whole():
    ours, theirs = replace(REPORT, rows=(OURS,)), replace(REPORT, rows=(PEER,), curve=())
    assert Report.of_parts([ours, theirs]) == REPORT


def test_parts_that_were_measured_otherwise_do_not():
    with pytest.raises(ValueError, match="differ in minutes"):
        Report.of_parts([REPORT, replace(REPORT, conditions=Conditions(5.0, 1, 5))])


def test_points_of_several_languages_are_one(tmp_path):
    assert pooled(POINTS)[0] == Point("this service", 10, Count(1, 200))


def test_the_page_keeps_its_words_and_gets_the_figures(tmp_path):
    page = page_of(tmp_path, REPORT)
    assert page.startswith("Before.\n")
    assert page.endswith("After.\n")
    assert "old" not in page
    assert "| this service, faster-whisper | en | 2.0 % (2.0 %) |" in page
    assert "300 of 300 (2 of 500)" in page
    assert "In no column is another system better." in page
    write_page(REPORT, tmp_path)
    assert (tmp_path / "fidelity.md").read_text() == page


def test_the_page_says_where_another_system_is_better(tmp_path):
    better = replace(PEER, figures=replace(FIGURES, border_95th=20.0))
    page = page_of(tmp_path, replace(REPORT, rows=(OURS, better)))
    assert "- border error, ms: median / 95 %, en: whisper.cpp 8 / 20, this service, faster-whisper 8 / 40." in page
    assert "In no column" not in page


def test_a_page_without_marks_is_left_alone(tmp_path):
    (tmp_path / "fidelity.md").write_text("Nothing here.\n")
    with pytest.raises(ValueError, match="no place for figures"):
        write_page(REPORT, tmp_path)
    assert (tmp_path / "fidelity.md").read_text() == "Nothing here.\n"


def test_what_cannot_be_said_is_a_dash(tmp_path):
    deaf = replace(FIGURES, pauseless_seams=Count(0, 0), border_median=None, border_95th=None, drift=None)
    page = page_of(tmp_path, replace(REPORT, rows=(replace(OURS, figures=deaf), PEER)))
    assert "| – (2 of 500) | – (8 / 40) | – (+12 ± 30) |" in page


def test_the_picture_has_a_dot_for_each_point_with_cuts_higher_for_more_errors():
    picture = ET.fromstring(draw(pooled(POINTS)))
    dots = [e for e in picture.iter("{http://www.w3.org/2000/svg}circle") if e.get("r") == "3.5"]
    heights = {dot.get("fill"): float(dot.get("cy")) for dot in dots}
    assert len(dots) == 2
    assert heights["#0a7d55"] > heights["#c2410c"]
    assert all(0 < float(dot.get("cy")) < 340 for dot in dots)
    labels = [e.text for e in picture.iter("{http://www.w3.org/2000/svg}text")]
    assert {"1 of 200", "90 of 100"} <= set(labels)


def test_a_picture_of_nothing_is_empty_axes():
    assert ET.fromstring(draw([])) is not None
