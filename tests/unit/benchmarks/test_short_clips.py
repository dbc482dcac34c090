"""The whole command, on a few clips."""

import json

import pytest

from benchmarks.peers.sdk import PYTHON
from benchmarks.short_clips.added import Pair
from benchmarks.short_clips.command import main
from benchmarks.short_clips.load import Turn
from benchmarks.short_clips.measurement import Load, Measured
from benchmarks.short_clips.report import section


@pytest.mark.usefixtures("espeak_ng")
@pytest.mark.skipif(not PYTHON.exists(), reason="OpenAI's SDK is missing: run scripts/sdks")
def test_it_prints_a_table_and_writes_what_it_measured(tmp_path, capsys):
    output = tmp_path / "short-clips.json"
    load = ["--clips", "3", "--clients", "2", "--beam", "1", "--quick"]
    main([*load, "--pairs", "2", "--systems", "service-adaptive", "faster-whisper", "--output", str(output)])
    out = capsys.readouterr().out
    assert "this service" in out
    assert "/v1/audio/transcriptions" in out
    written = json.loads(output.read_text())
    assert written["fastest_peer"] == "faster-whisper"
    assert len(written["added_ms"]) == 2
    for system in ("service-adaptive", "faster-whisper"):
        (turn,) = written["systems"][system]
        assert turn["clips"] in (2, 3)
        assert turn["silent"] == 0
        assert 0 < turn["p50"] <= turn["p95"] <= turn["elapsed"]
        assert turn["clips_per_second"] == pytest.approx(turn["clips"] / turn["elapsed"], rel=0.01)


def test_latencies_are_those_within_which_so_many_percent_were_done():
    turn = Turn(elapsed=10.0, audio=50.0, latencies=tuple(float(n) for n in range(1, 102)), silent=0)
    assert (turn.latency(50), turn.latency(95)) == (51.0, 96.0)
    assert turn.audio_per_second == 5.0


def test_what_the_endpoint_adds_has_a_row_of_its_own():
    turn = Turn(elapsed=10.0, audio=50.0, latencies=(1.0, 2.0), silent=0)
    pairs = [Pair(upload=1.0, call=1.010), Pair(upload=2.0, call=2.012), Pair(upload=1.5, call=1.490)]
    load = Load(clips=2, pairs=3, clients=1, seconds=1.0, runs=1, beam=1, seed=1)
    written = section(Measured({"service-adaptive": [turn]}, pairs), load, "demo", "make short-clips")
    assert written.figures["added_ms"] == [10.0, 12.0, -10.0]
    assert "| median of 3 | 1500 | 1490 | 10 (half of them 0 to 11) | under 20 |" in written.body
