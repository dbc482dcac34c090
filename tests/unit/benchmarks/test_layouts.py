"""The benchmark of layouts, on the demo model and with hardly any choice."""

import json

import pytest

from benchmarks.layouts.command import main
from stt.cli import layouts


@pytest.fixture
def little_choice(monkeypatch, tmp_path):
    monkeypatch.setattr(layouts, "ROUNDS", 1)
    monkeypatch.setattr(layouts, "FINALISTS", 1)
    monkeypatch.setattr("stt.cli.measuring.WORTH_A_TRIAL", ())
    monkeypatch.setattr("stt.cli.measuring.ENGINES", ("faster-whisper",))
    monkeypatch.setattr("stt.cli.measuring.usable_cores", lambda: 1)
    for name, value in {"CHILDREN": "1", "BATCH_SIZE": "1", "BEAM_SIZE": "1", "WINDOW_SECONDS": "2"}.items():
        monkeypatch.setenv(f"STT_{name}", value)
    monkeypatch.setattr("stt.worker.layout.CPU_BATCHES", (1,))


@pytest.mark.usefixtures("little_choice")
def test_it_writes_what_it_measured(tmp_path, capsys):
    main(["--quick", "--output", str(tmp_path / "layouts.json")])
    told = json.loads((tmp_path / "layouts.json").read_text())
    assert told["shape"] == "demo"
    assert told["settings"]["children"] == 1
    assert told["settings"]["share_of_best"] > 0
    assert any(layout["windows_per_second"] > 0 for layout in told["layouts"])
    assert "STT_CHILDREN=1" in capsys.readouterr().out
