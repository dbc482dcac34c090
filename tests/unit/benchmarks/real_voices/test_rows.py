"""What is mixed for each row, and where the words of it lie."""

import random

import numpy as np
import pytest

from benchmarks.real_voices.clips import SpeechSet
from benchmarks.real_voices.mix import mixed
from benchmarks.real_voices.rows import ROWS
from tests.unit.benchmarks.real_voices.conftest import LEAD_SECONDS, SPOKEN_SECONDS

MADE = [name for name in ROWS if name != "en-another-voice"]


@pytest.mark.parametrize("name", MADE)
def test_a_seed_always_gives_the_same_mix_and_another_another(small_set, name):
    first, again, other = ([m.samples for m in ROWS[name].mixes(small_set, 12.0, seed)] for seed in (1, 1, 2))
    assert all(np.array_equal(a, b) for a, b in zip(first, again, strict=True))
    assert not all(np.array_equal(a, b) for a, b in zip(first, other, strict=False)) or name == "nobody-sounds-alone"


def test_where_clips_begin_to_speak_and_where_nobody_does_is_known(small_set):
    clips = small_set.spoken("en")
    mix = mixed(clips, random.Random(3), (1.0, 1.0))
    assert [part.text for part in mix.parts] == [clip.text for clip in clips]
    for part in mix.parts:
        assert part.onset == pytest.approx(part.start + LEAD_SECONDS, abs=0.02)
    inner = mix.pauses[1]
    assert inner[0] == pytest.approx(mix.parts[0].onset + SPOKEN_SECONDS, abs=0.03)
    assert inner[1] == pytest.approx(mix.parts[1].onset, abs=0.03)


def test_clips_may_overlap(small_set):
    mix = mixed(small_set.spoken("en"), random.Random(3), (-0.5, -0.5))
    assert mix.parts[1].start == pytest.approx(mix.parts[0].end - 0.5)


def test_a_telephone_has_no_low_and_no_high_tones(small_set):
    (mix,) = ROWS["en-telephone"].mixes(small_set, 12.0, 1)
    spectrum = np.abs(np.fft.rfft(mix.samples))
    middle, high = spectrum[len(spectrum) // 8 : len(spectrum) // 4], spectrum[len(spectrum) // 2 :]
    assert np.square(high).mean() < 0.01 * np.square(middle).mean()


def test_an_empty_set_is_told_from_one_that_is_not_there(tmp_path, monkeypatch):
    monkeypatch.delenv("STT_TEST_SPEECH", raising=False)
    with pytest.raises(FileNotFoundError, match="STT_TEST_SPEECH has to name"):
        SpeechSet.of_environment()
    monkeypatch.setenv("STT_TEST_SPEECH", str(tmp_path))
    with pytest.raises(FileNotFoundError, match=r"holds no manifest\.jsonl"):
        SpeechSet.of_environment()
    (tmp_path / "manifest.jsonl").write_text("\n")
    with pytest.raises(FileNotFoundError, match="is empty"):
        SpeechSet.of_environment()
