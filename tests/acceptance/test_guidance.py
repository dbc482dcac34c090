"""What a job may ask of its transcription, heard by both engines in the running service."""

import numpy as np
import pytest

from stt.domain.whisper.engine import Engine
from tests.acceptance.service import Service
from tools.speech import Recording, compose, write

ENGINES = tuple(Engine)
UNDERSTOOD = 0.9
"""Part of the words of each side of a call that is heard if it is heard alone."""
CLEAR = {"gain_db": (-6, -6), "pause": (0.5, 1.0)}


@pytest.fixture(scope="module")
def service(tmp_path_factory):
    with Service(tmp_path_factory.mktemp("guidance"), {"STT_POLL_SECONDS": "0.1"}, consumers=0) as running:
        yield running


def words_of(segments):
    return [word["word"] for segment in segments for word in segment["words"]]


def share_heard(recording, words):
    """The part of the words said that stand among the words, each as often as it was said."""
    left = list(words)
    said = [word.text for word in recording.words]
    for word in said:
        if word in left:
            left.remove(word)
    return (len(words) - len(left)) / len(said)


@pytest.mark.parametrize("engine", ENGINES)
def test_the_two_sides_of_a_call_are_told_apart_on_one_clock(service, tmp_path, engine):
    caller, called = compose("vi", 20.0, seed=31, **CLEAR), compose("vi", 20.0, seed=32, **CLEAR)
    path = write([caller, called], tmp_path / "call.flac")
    apart = service.transcribe(path, channels="separate", engine=engine)
    sides = [[s for s in apart["segments"] if s["channel"] == number] for number in (0, 1)]
    for recording, side in zip((caller, called), sides, strict=True):
        assert share_heard(recording, words_of(side)) > UNDERSTOOD
        first = min(word.start for word in recording.words)
        assert side[0]["start"] == pytest.approx(first, abs=0.2)
    assert [s["start"] for s in apart["segments"]] == sorted(s["start"] for s in apart["segments"])
    parts = (apart["coverage"][name] for name in ("words", "silence", "sound", "suppressed", "gap"))
    assert sum(round(1000 * part) for part in parts) == 20_000

    mixed = service.transcribe(path, engine=engine)
    assert all("channel" not in segment for segment in mixed["segments"])
    assert share_heard(caller, words_of(mixed["segments"])) < UNDERSTOOD - 0.1, "heard as one they drown each other"


@pytest.mark.parametrize("engine", ENGINES)
def test_several_languages_are_told_apart_window_by_window(service, tmp_path, engine):
    spoken = [compose(language, 9.0, seed=n, **CLEAR) for n, language in enumerate(("vi", "en", "vi", "en"), 41)]
    path = write(Recording(np.concatenate([recording.pcm for recording in spoken])), tmp_path / "talk.flac")
    multi = service.transcribe(path, language="multi", engine=engine)
    assert multi["language"] == "multi"
    for number, recording in enumerate(spoken):
        part = [s for s in multi["segments"] if 9 * number <= (s["start"] + s["end"]) / 2 < 9 * (number + 1)]
        assert {segment["language"] for segment in part} == {recording.language}
        assert share_heard(recording, words_of(part)) > 0.8

    once = service.transcribe(path, language="auto", engine=engine)
    assert once["language"] in ("vi", "en"), "decided once, it is wrong for half of the talk"
    assert all("language" not in segment for segment in once["segments"])
