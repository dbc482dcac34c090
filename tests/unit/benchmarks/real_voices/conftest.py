"""A small set: bursts of noise in place of voices."""

import json
from pathlib import Path

import numpy as np
import pytest

from benchmarks.real_voices.clips import SpeechSet, recording_of
from tools.speech import write
from tools.speech.recording import SAMPLE_RATE

LEAD_SECONDS, SPOKEN_SECONDS = 0.4, 3.0


def burst(seed):
    """Loud from `LEAD_SECONDS` on for `SPOKEN_SECONDS`, and as much silence behind as before."""
    draw = np.random.default_rng(seed)
    edge = draw.standard_normal(round(LEAD_SECONDS * SAMPLE_RATE)) * 1e-4
    voice = draw.standard_normal(round(SPOKEN_SECONDS * SAMPLE_RATE)) * 0.1
    return np.concatenate([edge, voice, edge]).astype(np.float32)


@pytest.fixture(scope="session")
def small_set(tmp_path_factory):
    folder = tmp_path_factory.mktemp("speech")
    entries = []
    for number, language in enumerate(["en", "vi", "de", "es"] * 3 + ["none"]):
        speaks = language != "none"
        name = f"{language}{number}.flac"
        write(recording_of(burst(number)), folder / name)
        entries.append(
            {
                "file": name,
                "language": language,
                "reference": f"Word {name[2]}, said by {number}." if speaks else None,
                "kind": "clip" if speaks else "nonspeech",
                "seconds": 2 * LEAD_SECONDS + SPOKEN_SECONDS,
            }
        )
    (folder / "manifest.jsonl").write_text("\n".join(map(json.dumps, entries)))
    return SpeechSet.read(Path(folder))
