"""The whole command, on a few clips."""

import json

import pytest

from benchmarks.short_clips.command import main
from benchmarks.short_clips.load import Turn


@pytest.mark.usefixtures("espeak_ng")
def test_it_prints_a_table_and_writes_what_it_measured(tmp_path, capsys):
    output = tmp_path / "short-clips.json"
    load = ["--clips", "3", "--clients", "2", "--beam", "1", "--quick"]
    main([*load, "--systems", "service-full", "faster-whisper", "--output", str(output)])
    assert "this service, full audio context" in capsys.readouterr().out
    written = json.loads(output.read_text())
    assert written["fastest_peer"] == "faster-whisper"
    for system in ("service-full", "faster-whisper"):
        (turn,) = written["systems"][system]
        assert turn["clips"] in (2, 3)
        assert turn["silent"] == 0
        assert 0 < turn["p50"] <= turn["p95"] <= turn["elapsed"]
        assert turn["clips_per_second"] == pytest.approx(turn["clips"] / turn["elapsed"], rel=0.01)


def test_latencies_are_those_within_which_so_many_percent_were_done():
    turn = Turn(elapsed=10.0, audio=50.0, latencies=tuple(float(n) for n in range(1, 102)), silent=0)
    assert (turn.latency(50), turn.latency(95)) == (51.0, 96.0)
    assert turn.audio_per_second == 5.0
