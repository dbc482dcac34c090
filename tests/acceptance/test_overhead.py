"""The benchmark of overhead, in short."""

import json

from benchmarks.overhead.command import main


def test_it_measures_chunks_questions_and_uploads(tmp_path, capsys):
    output = tmp_path / "overhead.json"
    main(["--quick", "--output", str(output)])
    assert "ms per chunk" in capsys.readouterr().out
    measured = json.loads(output.read_text())
    assert [cost["rows"] for cost in measured["chunks"]][:2] == [0, 10_000]
    assert all(len(cost["milliseconds"]) == 19 for cost in measured["chunks"])
    assert "chunks_claimable" in measured["chunks"][1]["plan"]
    assert all(rate > 0 for runs in measured["questions"].values() for rate in runs)
    assert all(upload["files"] == 64 and upload["seconds"] > 0 for upload in measured["uploads"])
