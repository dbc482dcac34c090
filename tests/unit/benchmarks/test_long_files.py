"""The whole command on a few seconds of speech, and the check that nobody leaves anything out."""

import json

import pytest

from benchmarks.long_files.command import main
from benchmarks.long_files.heard import Heard, check


@pytest.mark.usefixtures("espeak_ng")
def test_it_prints_a_table_and_writes_what_it_measured(tmp_path, capsys):
    output = tmp_path / "long-files.json"
    systems = ["service-faster-whisper", "faster-whisper", "faster-whisper-segments"]
    main(["--quick", "--minutes", "0.25", "--beam", "1", "--systems", *systems, "--output", str(output)])
    assert "this service, faster-whisper" in capsys.readouterr().out
    written = json.loads(output.read_text())["systems"]
    assert list(written) == systems
    assert all(len(runs) == 1 and runs[0]["seconds"] > 0 and runs[0]["words"] > 10 for runs in written.values())
    assert [bool(runs[0]["timed_words"]) for runs in written.values()] == [True, True, False]


@pytest.mark.parametrize(
    ("end", "words", "complaint"), [(400.0, 1000, "stopped at 400 of 600 s"), (598.0, 600, "wrote 600 words")]
)
def test_a_system_that_leaves_something_out_ends_the_benchmark(end, words, complaint):
    whole = Heard(seconds=10.0, end=599.0, words=1000, timed_words=1000)
    check({"whole": [whole]}, 600.0)
    with pytest.raises(RuntimeError, match=complaint):
        check({"whole": [whole], "part": [Heard(5.0, end, words, words)]}, 600.0)
