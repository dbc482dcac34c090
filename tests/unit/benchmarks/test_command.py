"""The whole command, on little audio."""

import json

import pytest

from benchmarks.fidelity import command
from benchmarks.fidelity.command import main
from benchmarks.fidelity.figures import Count, Figures, Row
from benchmarks.fidelity.report import Conditions, Report

FIGURES = Figures(0.0, 0.0, Count(0, 1), Count(0, 1), None, None, None, None, Count(0, 1), 1.0)


@pytest.mark.usefixtures("espeak_ng")
def test_it_prints_a_table_and_writes_what_it_measured(tmp_path, capsys):
    output = tmp_path / "fidelity.json"
    chosen = ["--systems", "service-faster-whisper", "--languages", "en", "--no-curve"]
    main(["--minutes", "0.34", "--beam", "1", "--output", str(output), *chosen])
    assert "this service, faster-whisper" in capsys.readouterr().out
    (ours,) = json.loads(output.read_text())["rows"]
    assert (ours["language"], ours["engine"]) == ("en", "faster-whisper")
    assert ours["figures"]["paused_seams"]["among"] > 1
    assert ours["figures"]["pauseless_seams"]["among"] > 5
    assert ours["figures"]["coverage"] > 0.9
    assert ours["alone"]["pauseless_seams"]["among"] > 0
    assert ours["figures"]["invented"] == {"found": 0, "among": 0.34}
    assert 0 <= ours["figures"]["paused_errors"] < 0.2


def test_a_run_that_is_stopped_keeps_the_rows_it_has(tmp_path, monkeypatch):
    output, row = tmp_path / "fidelity.json", Row("a system", "an engine", "en", FIGURES, FIGURES)

    def stopped_at_the_second(*_):
        yield row
        raise KeyboardInterrupt

    monkeypatch.setattr(command, "_rows", stopped_at_the_second)
    with pytest.raises(KeyboardInterrupt):
        main(["--minutes", "0.1", "--output", str(output)])
    assert Report.read(output).rows == (row,)


def test_rows_that_were_measured_apart_are_shown_as_one_table(tmp_path, capsys):
    for name in ("one", "other"):
        row = Row(name, "an engine", "en", FIGURES, FIGURES)
        Report(Conditions(5.0, 1, 5), (row,)).write(tmp_path / f"{name}.json")
    main(["--given", str(tmp_path / "one.json"), str(tmp_path / "other.json")])
    shown = capsys.readouterr().out
    assert shown.index("one") < shown.index("other")


def test_rows_that_make_no_table_end_in_a_sentence(tmp_path):
    for minutes in (5.0, 10.0):
        Report(Conditions(minutes, 1, 5)).write(tmp_path / f"{minutes}.json")
    with pytest.raises(SystemExit, match="differ in minutes"):
        main(["--given", str(tmp_path / "5.0.json"), str(tmp_path / "10.0.json")])
