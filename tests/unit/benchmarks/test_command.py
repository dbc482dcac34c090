"""The whole command, on little audio."""

import json

import pytest

from benchmarks.fidelity.command import main


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
