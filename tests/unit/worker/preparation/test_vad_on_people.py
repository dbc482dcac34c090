"""Whoever is heard alone is heard behind anybody else."""

import random

import numpy as np
import pytest

from benchmarks.real_voices.mix import mixed
from stt.worker.constants import SAMPLE_RATE, VAD_FRAME
from stt.worker.cutting.speech import ONSET
from stt.worker.preparation.vad import SpeechDetector, load_model


@pytest.fixture(scope="module")
def detect():
    model = load_model()

    def frames_of_speech(recording):
        detector = SpeechDetector(model)
        heard = detector.frames(recording.pcm), detector.finish()
        return np.concatenate([frames.probabilities for frames in heard]) >= ONSET

    return frames_of_speech


def unheard(mix, speech):
    """The clips without a frame of speech."""
    frames = [slice(*(round(t * SAMPLE_RATE) // VAD_FRAME for t in (part.start, part.end))) for part in mix.parts]
    return [part.clip for part, place in zip(mix.parts, frames, strict=True) if not speech[place].any()]


@pytest.mark.parametrize("decibels", [0, -30])
def test_every_clip_in_a_row_of_voices_has_speech(speech_set, detect, decibels):
    clips = list(speech_set.spoken("vi"))
    missed = []
    for seed in (17, 18):
        draw = random.Random(seed)
        mix = mixed(draw.sample(clips, len(clips)), draw, (0.3, 1.5))
        missed += unheard(mix, detect(mix.treated(lambda x: x * np.float32(10 ** (decibels / 20))).recording))
    assert len(missed) <= 0.01 * 2 * len(clips), missed


def test_a_man_with_a_cold_is_heard_behind_other_voices(speech_set, detect):
    cold = max(speech_set.clips, key=lambda clip: clip.seconds if clip.kind == "spontaneous" else 0)
    others = speech_set.spoken("en", "lj")[:6]
    alone = detect(mixed([cold], random.Random(1), (0.5, 0.5)).recording).sum()
    behind = mixed([*others, cold], random.Random(1), (0.5, 0.5))
    speech = detect(behind.recording)[round(behind.parts[-1].start * SAMPLE_RATE) // VAD_FRAME :]
    assert speech.sum() > 0.95 * alone


def test_noise_is_hardly_ever_taken_for_speech(speech_set, detect):
    seconds = sum(clip.seconds for clip in speech_set.nonspeech)
    frames = sum(detect(mixed([clip], random.Random(1), (0, 0)).recording).sum() for clip in speech_set.nonspeech)
    assert frames * VAD_FRAME / SAMPLE_RATE < 0.05 * seconds
