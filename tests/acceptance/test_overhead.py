"""The benchmark of overhead, in short."""

import json
import subprocess
import sys

import pytest

from tools.service import ROOT


@pytest.mark.long
def test_it_measures_chunks_questions_and_uploads(tmp_path):
    output = tmp_path / "overhead.json"
    # A process of its own: a consumer runs in it, with logging as the service has it.
    command = [sys.executable, "-m", "benchmarks.overhead", "--quick", "--output", output]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "ms per chunk" in done.stdout
    measured = json.loads(output.read_text())
    assert [cost["rows"] for cost in measured["chunks"]][:2] == [0, 10_000]
    assert all(len(cost["milliseconds"]) == 19 for cost in measured["chunks"])
    parts = {"claim", "read", "recognise", "store", "rest"}
    assert all(set(cost["parts"]) == parts for cost in measured["chunks"])
    assert "chunks_claimable" in measured["chunks"][1]["plan"]
    assert all(rate > 0 for runs in measured["questions"].values() for rate in runs)
    assert all(upload["files"] == 64 and upload["seconds"] > 0 for upload in measured["uploads"])
