import numpy as np
import pytest

from stt.worker.constants import SAMPLE_RATE
from stt.worker.speakers.hearing import FRAME_CENTRE, FRAME_STEP, hear_voices
from stt.worker.speakers.voices import EMBEDDING_SIZE


class Levels:
    """Networks that know people by loudness: each sample is 1000 times the class of who speaks."""

    def __init__(self):
        self.windows, self.runs = [], []

    def classes(self, pcm):
        self.windows.append(len(pcm) / SAMPLE_RATE)
        centres = np.arange(FRAME_CENTRE, len(pcm) - FRAME_CENTRE + 1, FRAME_STEP)
        return np.eye(7, dtype=np.float32)[pcm[centres] // 1000]

    def embedding(self, pcm):
        self.runs.append(len(pcm) / SAMPLE_RATE)
        return np.eye(EMBEDDING_SIZE, dtype=np.float32)[int(np.median(pcm)) // 1000]


def sound(*parts):
    return np.concatenate([np.full(round(seconds * SAMPLE_RATE), 1000 * who, np.int16) for seconds, who in parts])


def test_each_moment_is_owned_by_one_window_in_whose_midst_it_lies():
    networks = Levels()
    voices = hear_voices(sound((33.0, 1)), networks)
    assert networks.windows == [10.0] * 6
    assert [(span.start, span.end) for span in voices.owned] == [
        (0, 7.5), (7.5, 12.5), (12.5, 17.5), (17.5, 22.5), (22.5, 26.5), (26.5, 33)
    ]  # fmt: skip
    assert sum(run.duration for run in voices.runs) == pytest.approx(33.0, abs=0.01)
    assert max(networks.runs) <= 3.0


def test_runs_are_where_one_voice_is_alone_and_speech_where_any_is():
    voices = hear_voices(sound((2.0, 1), (1.0, 4), (2.0, 2), (1.0, 0), (0.1, 3), (1.0, 0)), Levels())
    assert [(r.local, round(r.start, 1), round(r.end, 1)) for r in voices.runs] == [(0, 0.0, 2.0), (1, 3.0, 5.0)]
    assert [(s.local, round(s.start, 1), round(s.end, 1)) for s in voices.speech] == [
        (0, 0.0, 3.0), (1, 2.0, 5.0), (2, 6.0, 6.1)
    ]  # fmt: skip
    assert voices.embeddings.argmax(axis=1).tolist() == [1, 2]


@pytest.mark.parametrize("seconds", [0.0, 0.05])
def test_next_to_nothing_has_no_voices(seconds):
    voices = hear_voices(sound((seconds, 1)), Levels())
    assert (voices.owned, voices.speech, voices.runs, len(voices.embeddings)) == ((), (), (), 0)


def test_whether_a_telephone_was_between_is_heard_with_the_voices():
    seconds = np.arange(3 * SAMPLE_RATE) / SAMPLE_RATE
    narrow, wide = (np.int16(1500 + 400 * np.sin(2 * np.pi * hertz * seconds)) for hertz in (1000, 6000))
    assert [hear_voices(pcm, Levels()).narrow for pcm in (narrow, narrow + wide - 1500)] == [True, False]
