"""Random sequences of phrases with pauses between them."""

import random
from collections.abc import Iterator, Sequence

import numpy as np

from tools.speech.espeak import Espeak, Request
from tools.speech.recording import SAMPLE_RATE, Pcm, Phrase, Recording, Word
from tools.speech.utterance import Utterance, Utterances
from tools.speech.vocabulary import PHRASE_LENGTHS, PITCHES, SPEEDS, VOICES, WORDS

Range = tuple[float, float]


def compose(
    language: str,
    seconds: float,
    *,
    seed: int,
    pause: Range = (0.3, 0.8),
    voices: Sequence[str] = (),
    gain_db: Range = (-14.0, -1.0),
    noise_db: float | None = None,
) -> Recording:
    """Speak random phrases for exactly `seconds`; the same arguments give the same recording.

    `pause` bounds the silence before each phrase in seconds, `gain_db` the peak of each phrase and `noise_db` the
    level of white noise, both in dB of full scale. Raises KeyError for a language other than `en` and `vi`.
    """
    draw = random.Random(f"{language} {seed}")
    pcm = np.zeros(round(seconds * SAMPLE_RATE), np.int16)
    phrases = []
    with Espeak() as espeak:
        speaker = Utterances(espeak)
        at = _samples(draw.uniform(*pause))
        while spoken := _fitting(speaker, _draw_request(draw, language, voices), len(pcm) - at):
            request, utterance = spoken
            end = at + len(utterance.pcm)
            pcm[at:end] = _amplify(utterance.pcm, draw.uniform(*gain_db))
            phrases.append(_phrase(request, utterance, at))
            at = end + _samples(draw.uniform(*pause))
    if noise_db is not None:
        _add_noise(pcm, noise_db, seed)
    return Recording(pcm, tuple(phrases), language)


def _draw_request(draw: random.Random, language: str, voices: Sequence[str]) -> Request:
    words = [draw.choice(WORDS[language]) for _ in range(draw.choice(PHRASE_LENGTHS))]
    voice = draw.choice(voices or VOICES[language])
    return Request(voice, draw.randint(*SPEEDS), draw.randint(*PITCHES), " ".join(words))


def _fitting(speaker: Utterances, request: Request, room: int) -> tuple[Request, Utterance] | None:
    """Speak as many of the words as fit into `room` samples."""
    for shorter in _shorter_and_shorter(request):
        utterance = speaker.speak(shorter)
        if len(utterance.pcm) <= room:
            return shorter, utterance
    return None


def _shorter_and_shorter(request: Request) -> Iterator[Request]:
    words = request.text.split()
    for count in range(len(words), 0, -1):
        yield Request(request.voice, request.speed, request.pitch, " ".join(words[:count]))


def _phrase(request: Request, utterance: Utterance, at: int) -> Phrase:
    start, end = at / SAMPLE_RATE, (at + len(utterance.pcm)) / SAMPLE_RATE
    onsets = [start + onset for onset in utterance.onsets]
    borders = zip(request.text.split(), onsets, [*onsets[1:], end], strict=True)
    return Phrase(start, end, tuple(Word(*border) for border in borders), request.voice)


def _samples(seconds: float) -> int:
    return round(seconds * SAMPLE_RATE)


def _amplify(pcm: Pcm, gain_db: float) -> Pcm:
    return np.round(pcm * 10 ** (gain_db / 20)).astype(np.int16)


def _add_noise(pcm: Pcm, noise_db: float, seed: int) -> None:
    """Add white noise in place, a minute at a time: hours of floating point would not fit into memory."""
    noise, level = np.random.default_rng(seed), 32768 * 10 ** (noise_db / 20)
    for start in range(0, len(pcm), 60 * SAMPLE_RATE):
        block = pcm[start : start + 60 * SAMPLE_RATE]
        noisy = block + noise.standard_normal(len(block)) * level
        block[:] = np.clip(np.round(noisy), -32768, 32767)
