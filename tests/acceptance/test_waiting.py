"""The benchmark of waiting, in short."""

import json

import pytest

from benchmarks.forms import forms
from benchmarks.waiting.command import main


@pytest.mark.long
def test_it_measures_first_words_and_a_clip_behind_a_long_file(tmp_path, capsys):
    output = tmp_path / "waiting.json"
    main(["--quick", "--output", str(output)])
    assert "the first words can be read" in capsys.readouterr().out
    measured = json.loads(output.read_text())
    assert measured["hours"] == 0.25
    assert [trial["form"] for trial in measured["trials"]] == forms()
    for trial in measured["trials"]:
        assert 0 < trial["first_cut"] < trial["first_words"]
        assert trial["first_words"] > trial["first_chunk"] > 0
        assert trial["clip"] > 0
        assert trial["repeated"] == 0
