"""Phrases of synth.py, and the tokens their words need."""

import json
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from tokenizers import Tokenizer

TOKENIZER = str(Path(__file__).parents[3] / "src/stt/assets/demo/ct2/tokenizer.json")

RATE = 16000
SOT, EOT, TRANSCRIBE, PREVIOUS, NO_SPEECH, NO_TIMESTAMPS, FIRST_TIMESTAMP, VOCABULARY = (
    50258,
    50257,
    50359,
    50361,
    50362,
    50363,
    50364,
    51865,
)
LANGUAGES = {"en": 50259, "vi": 50278}


@dataclass
class Segment:
    start: float
    end: float
    words: list = field(default_factory=list)  # (word, start, end) in seconds


class Speech:
    """Phrases of synth.py, and the tokens their words need."""

    def __init__(self, path, tokenizer=TOKENIZER):
        meta = json.loads(Path(path + ".json").read_text())
        self.pcm = np.load(path + ".npy", mmap_mode="r")
        encode = Tokenizer.from_file(tokenizer).encode
        self.words = sorted({w for m in meta for w in m[1].split()})
        spellings = {*self.words, *map(str.capitalize, self.words)}
        self.tokens = {w: encode(" " + w, add_special_tokens=False).ids for w in sorted(spellings)}
        special = {SOT, EOT, TRANSCRIBE, PREVIOUS, NO_SPEECH, NO_TIMESTAMPS, *LANGUAGES.values()}
        text = {i for t in self.tokens.values() for i in t}
        self.used = sorted(text | special | set(range(FIRST_TIMESTAMP, VOCABULARY)))
        self.row = {t: i for i, t in enumerate(self.used)}
        self.number = {w: i + 1 for i, w in enumerate(self.words)}
        self.phrases = {lang: [m for m in meta if m[0] == lang] for lang in LANGUAGES}
        self.spoken = {lang: sorted({w for m in of for w in m[1].split()}) for lang, of in self.phrases.items()}

    def clip(self, m):
        return np.asarray(self.pcm[m[2] : m[2] + m[3]], dtype=np.float32) / 32768

    def timed(self, m, at):
        """(word, start, end) of a phrase that begins `at` seconds."""
        words, end = m[1].split(), m[3] / RATE
        starts = m[4] if len(m[4]) == len(words) else [end * k / len(words) for k in range(len(words))]
        return [(w, at + a, at + b) for w, a, b in zip(words, starts, [*starts[1:], end], strict=True)]
