"""Bars where there is a terminal, lines where there is none."""

from benchmarks.report.progress import bars


def test_without_a_terminal_what_begins_is_a_line(capsys):
    with bars() as begin:
        step = begin("upload")
        step(0.5)
        step(1.0)
    assert "upload ..." in capsys.readouterr().err
