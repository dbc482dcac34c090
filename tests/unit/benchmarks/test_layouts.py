"""The benchmark of layouts, on the demo model and with hardly any choice."""

import json

import pytest

from benchmarks.layouts.command import main, share_of_alike
from stt.cli.bench import layouts
from stt.cli.bench.layouts import Comparison, Measured
from stt.domain.whisper.engine import Engine
from stt.worker.inference.layout import Layout


@pytest.fixture
def little_choice(monkeypatch, tmp_path):
    monkeypatch.setattr(layouts, "ROUNDS", 1)
    monkeypatch.setattr(layouts, "FINALISTS", 1)
    monkeypatch.setattr("stt.cli.bench.measuring.WORTH_A_TRIAL", ())
    monkeypatch.setattr("stt.cli.bench.measuring.Engine", [Engine.FASTER_WHISPER])
    monkeypatch.setattr("stt.cli.bench.measuring.usable_cores", lambda: 1)
    for name, value in {"CHILDREN": 1, "THREADS": 1, "BATCH_SIZE": 1, "BEAM_SIZE": 1, "WINDOW_SECONDS": 2}.items():
        monkeypatch.setenv(f"STT_{name}", str(value))
    monkeypatch.setattr("stt.worker.inference.space.CPU_BATCHES", (1,))


@pytest.mark.usefixtures("little_choice")
def test_it_writes_what_it_measured(tmp_path, capsys):
    main(["--quick", "--output", str(tmp_path / "layouts.json")])
    told = json.loads((tmp_path / "layouts.json").read_text())
    assert told["shape"] == "demo"
    assert told["settings"]["children"] == 1
    assert told["settings"]["share_of_best"] > 0
    assert any(layout["windows_per_second"] > 0 for layout in told["layouts"])
    assert f"What nobody chose, 1 x {told['settings']['threads']}, batch 1, " in capsys.readouterr().out


def test_the_same_numbers_are_those_and_no_others():
    def measured(numbers, batch_size, speed):
        return Measured(Layout(Engine.FASTER_WHISPER, "cpu", numbers, 1, 1, batch_size), trials=[speed], finals=[speed])

    chosen, alike, other = measured("int8", 1, 2.0), measured("int8", 2, 4.0), measured("float32", 2, 8.0)
    comparison = Comparison([other, alike, chosen], other, chosen, 30.0, 60.0, cut_short=False)
    assert share_of_alike(comparison) == 0.5
