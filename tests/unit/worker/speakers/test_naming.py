import numpy as np
import pytest

from stt.domain.jobs.chunk import Span
from stt.domain.transcripts.speakers import SpeakerCount
from stt.worker.speakers.naming import NEAR, SURER, Known, names_of, voice_in
from stt.worker.speakers.telling_apart import tell_apart
from stt.worker.speakers.tracks import Heard
from stt.worker.speakers.voices import EMBEDDING_SIZE
from tests.unit.worker.speakers.voices import chunk_of, voice

ALWAYS = Span(0.0, float("inf"))


def towards(*shares):
    """A voice that is so alike to each of the first people, and as long as any other."""
    vector = np.zeros(EMBEDDING_SIZE, np.float32)
    vector[: len(shares)] = shares
    vector[-1] = np.sqrt(max(0.0, 1 - float(np.square(shares).sum())))
    return vector


PEOPLE = np.eye(EMBEDDING_SIZE, dtype=np.float32)[:3]


def test_who_sounds_like_a_known_voice_has_its_name_and_nobody_else_has_any():
    assert names_of(PEOPLE, [Known("Bình", towards(0, 0.9)), Known("An", towards(0.8))]) == {0: "An", 1: "Bình"}


@pytest.mark.parametrize(
    "known",
    [
        [],
        [Known("a stranger", towards(0, 0, 0))],
        [Known("somebody who is not near enough", towards(1 - NEAR - 0.01))],
        [Known("nobody knows which of two", towards(0.76, 0.76 - SURER + 0.02))],
        [Known("one of two", towards(0.95)), Known("who both sound like one", towards(0.95 - SURER + 0.01))],
    ],
    ids=["nobody", "stranger", "far", "two people", "two names"],
)
def test_nobody_is_named_by_a_guess(known):
    assert names_of(PEOPLE, known) == {}


def test_limits_are_just_that():
    """Negative control of the test above: a hair nearer or surer, and there is a name."""
    assert names_of(PEOPLE, [Known("An", towards(1 - NEAR + 0.01))]) == {0: "An"}
    assert names_of(PEOPLE, [Known("An", towards(0.76, 0.76 - SURER - 0.01))]) == {0: "An"}
    assert names_of(PEOPLE, [Known("An", towards(0.95)), Known("Hà", towards(0.95 - SURER - 0.01))]) == {0: "An"}


def test_a_recording_is_of_who_speaks_most_in_it():
    draw = np.random.default_rng(0)
    heard = [Heard(0.0, ALWAYS, chunk_of([[0], [1], [1], [1]], draw))]
    assert voice_in(heard) @ voice(1, draw, 0.0) > 0.9
    assert voice_in([Heard(0.0, ALWAYS, chunk_of([[]], draw))]) is None
    assert voice_in([]) is None


def test_names_go_to_labels_of_any_channel():
    draw = np.random.default_rng(0)
    heard = {
        0: [Heard(6.0, ALWAYS, chunk_of([[0], [0]], draw))],
        1: [Heard(0.0, ALWAYS, chunk_of([[1], [2], [1]], draw))],
    }
    known = [Known("An", voice(0, draw, 0.1)), Known("Bình", voice(2, draw, 0.1)), Known("Hà", voice(7, draw, 0.1))]
    told = tell_apart(heard, SpeakerCount(), known)
    assert [turn.speaker for turn in told.turns[1]] == ["S1", "S2", "S1"]
    assert told.names == {"S3": "An", "S2": "Bình"}
    assert tell_apart(heard, SpeakerCount()).names == {}
    assert tell_apart({None: []}, SpeakerCount(), known).names == {}
