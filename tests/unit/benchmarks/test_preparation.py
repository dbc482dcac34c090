"""The benchmark of preparation, on seconds of audio."""

import json

import av
import pytest

from benchmarks.preparation.command import Runs, main
from benchmarks.preparation.files import SAMPLE, written


@pytest.mark.parametrize("form", [".mp3", ".flac", ".m4a"])
def test_a_file_is_as_long_as_it_should_be(tmp_path, form):
    with av.open(str(SAMPLE)) as sample:
        seconds = sample.duration / av.time_base
    with av.open(str(written(tmp_path / f"speech{form}", 2 * seconds))) as container:
        stream = container.streams.audio[0]
        assert stream.channels == 2
        heard = sum(frame.samples for frame in container.decode(audio=0)) / stream.rate
    assert heard == pytest.approx(2 * seconds, abs=0.1)


def test_every_format_is_measured_on_both_sides(tmp_path, capsys):
    main(["--quick", "--output", str(tmp_path / "preparation.json")])
    told = json.loads((tmp_path / "preparation.json").read_text())
    assert [run["form"] for run in told["runs"]] == ["MP3", "FLAC", "M4A"]
    assert all(len(run["ours"]) == len(run["libraries"]) == 1 for run in told["runs"])
    assert all(run["ours"][0] > 0 and run["audio"] > 10 for run in told["runs"])
    assert "MP3" in capsys.readouterr().out


def test_the_share_is_of_speeds_and_from_rounds_side_by_side():
    runs = Runs("MP3", 600.0, ours=[4.0, 5.0, 10.0], libraries=[2.0, 4.0, 10.0])
    assert (runs.share.low, runs.share.median, runs.share.high) == (0.5, 0.8, 1.0)
    assert runs.times_real_time.median == 120.0
