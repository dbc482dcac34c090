"""Makes speech with known words and word times: `FIRST_SEED LAST_SEED OUT` writes OUT.npy and OUT.json.

OUT.npy holds all phrases one after another (int16, 16 kHz, peak at full scale); OUT.json has, for each of them,
[language, words, first sample, number of samples, [start of each word in seconds]].
"""

import json
import random
import sys
from pathlib import Path

import numpy as np

from tools.speech.espeak import Espeak, Request
from tools.speech.utterance import Utterances
from tools.speech.vocabulary import PHRASE_LENGTHS, PITCHES, SPEEDS, VOICES, WORDS


def draw(seed: int) -> tuple[str, Request]:
    """A random phrase: its language, and what to say how."""
    r = random.Random(seed)
    language = "en" if r.random() < 0.55 else "vi"
    words = [r.choice(WORDS[language]) for _ in range(r.choice(PHRASE_LENGTHS))]
    return language, Request(r.choice(VOICES[language]), r.randint(*SPEEDS), r.randint(*PITCHES), " ".join(words))


def main(first: str, last: str, out: str) -> None:
    meta, pieces, offset = [], [], 0
    with Espeak() as espeak:
        speaker = Utterances(espeak)
        for seed in range(int(first), int(last)):
            language, request = draw(seed)
            utterance = speaker.speak(request)
            meta.append((language, request.text, offset, len(utterance.pcm), utterance.onsets))
            pieces.append(utterance.pcm)
            offset += len(utterance.pcm)
    np.save(f"{out}.npy", np.concatenate(pieces))
    Path(f"{out}.json").write_text(json.dumps(meta, ensure_ascii=False))
    print(len(meta), "phrases", round(offset / 16000 / 3600, 2), "h")


if __name__ == "__main__":
    main(*sys.argv[1:])
