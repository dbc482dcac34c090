"""The whole command, with a system that hears what it is told to."""

import pytest

from benchmarks.real_voices import kept, measurement
from benchmarks.real_voices.command import main
from benchmarks.real_voices.figures import Figures
from benchmarks.real_voices.heard import Heard, Word
from benchmarks.real_voices.page import write_page
from benchmarks.real_voices.report import Check, Conditions, Measured, Report
from benchmarks.real_voices.systems import SYSTEMS, Entry
from benchmarks.report.machine import Machine


class Parrot:
    """Writes the same for every file."""

    files = 0

    def __enter__(self):
        return self

    def __exit__(self, *_):
        pass

    def hear(self, path, language):
        type(self).files += 1
        return Heard("Word 1, said by nobody.", (Word("Word", 0.5, 0.9),), language, (), 0.5, 1.0, ())


@pytest.fixture
def parrot(monkeypatch, tmp_path, small_set):
    monkeypatch.setenv("STT_TEST_SPEECH", str(small_set.folder))
    monkeypatch.setattr(kept, "FOLDER", tmp_path / "kept")
    monkeypatch.setattr(Parrot, "files", 0)
    monkeypatch.setitem(SYSTEMS, "service", Entry("parrot", lambda beam: Parrot(), ours=True))
    monkeypatch.setattr(measurement, "WARMING_SECONDS", 4.0)


def arguments(tmp_path, *more):
    output = tmp_path / "real-voices.json"
    rows = ["--rows", "en-pauses", "de-pauses", "--systems", "service", "--orders", "0", "--minutes", "0.1"]
    return output, [*rows, "--output", str(output), *more]


@pytest.mark.usefixtures("parrot")
def test_it_prints_tables_and_what_was_kept_is_not_heard_again(tmp_path, capsys):
    output, given = arguments(tmp_path)
    main(given)
    assert "en-pauses" in capsys.readouterr().out
    assert Report.read(output).rows == ["en-pauses", "de-pauses"]
    assert Parrot.files == 3  # one to warm up
    main([*given, "--resume"])
    assert Parrot.files == 3
    main(given)
    assert Parrot.files == 6


def test_what_was_measured_apart_is_one_page(tmp_path, capsys):
    figures = Report.read(_written(tmp_path, "one", "en-pauses")).figures("en-pauses", "service")
    assert figures.spoken == 0
    main(["--given", str(_written(tmp_path, "one", "en-pauses")), str(_written(tmp_path, "other", "vi-noise"))])
    shown = capsys.readouterr().out
    assert shown.index("en-pauses") < shown.index("vi-noise")
    page = tmp_path / "fidelity.md"
    page.write_text("before\n<!-- measured: real voices -->\nstale figures\n<!-- end of real voices -->\nbehind\n")
    write_page(Report.read(tmp_path / "one.json"), Machine.here(), tmp_path)
    text = page.read_text()
    assert "stale figures" not in text
    assert text.startswith("before\n")
    assert "- orders: all alike" in text


def _written(folder, name, row):
    path = folder / f"{name}.json"
    measured = Measured(row, "service", Figures(seconds=60.0, onsets=(0.1,)))
    Report(Conditions(1.0, 1, 5, "base"), (measured,), (Check("orders", "all alike", {}),)).write(path)
    return path
