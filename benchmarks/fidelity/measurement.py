"""From a system and a corpus to figures."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Protocol

import numpy as np

from benchmarks.fidelity.corpus import Corpus, any_chunk_length, cuts_inside_words
from benchmarks.fidelity.figures import Count, Figures, Row
from benchmarks.fidelity.measures import border_errors, coverage, drift, word_error_rate
from benchmarks.fidelity.seams import BESIDE_SECONDS, SeamError, number_of, seam_errors
from benchmarks.fidelity.service import Ear, Service, recut
from benchmarks.fidelity.transcription import Cut, Segment, Transcription
from tools.speech import hand_cut
from tools.speech.cut import Window
from tools.speech.recording import SAMPLE_RATE, Pcm, Recording

HAND_CUT_SECONDS = 8.0
"""Longest window cut by hand: what the demo model is good at."""

Step = Callable[[], None]
"""Called whenever a step is done."""
STEPS, STEPS_ALONE = 5, 4


class System(Protocol):
    """Something that transcribes whole recordings with one of the engines."""

    name: str
    engine: str

    def transcribe(self, recording: Recording) -> Transcription:
        """What it writes, and where it cuts."""


@dataclass(frozen=True)
class Heard:
    """What was written for each kind of recording; `cut_otherwise` is the pauseless one, cut inside words."""

    paused: Transcription
    pauseless: Transcription
    cut_otherwise: Transcription | None
    nonspeech: Sequence[Transcription]

    @property
    def with_pauses(self) -> list[Transcription]:
        """Every transcription of the speech with pauses."""
        return [self.paused]

    @property
    def without_pauses(self) -> list[Transcription]:
        """Every transcription of the pauseless speech."""
        return [self.pauseless, *([self.cut_otherwise] if self.cut_otherwise else [])]


@dataclass(frozen=True)
class Seams:
    """The errors beside cuts."""

    paused: list[SeamError]
    pauseless: list[SeamError]

    @classmethod
    def of(cls, heard: Heard, corpus: Corpus, ear: Ear) -> "Seams":
        """Those of everything spoken."""
        listen = partial(ear.listen, language=corpus.language)
        paused = [e for written in heard.with_pauses for e in seam_errors(corpus.paused, written, listen)]
        pauseless = [e for written in heard.without_pauses for e in seam_errors(corpus.pauseless, written, listen)]
        return cls(paused, pauseless)


def measure(system: System, corpus: Corpus, ear: Ear, alone: Figures, step: Step) -> Row:
    """The row of a system; `alone` are the figures of its engine."""
    paused = system.transcribe(corpus.paused)
    step()
    pauseless = system.transcribe(corpus.pauseless)
    step()
    cut_otherwise = _cut_otherwise(system, corpus)
    step()
    nonspeech = [system.transcribe(recording) for recording in corpus.nonspeech]
    step()
    heard = Heard(paused, pauseless, cut_otherwise, nonspeech)
    seams = Seams.of(heard, corpus, ear)
    step()
    examples = (str(error) for error in (*seams.paused, *seams.pauseless))
    return Row(system.name, system.engine, corpus.language, _figures(heard, corpus, seams), alone, tuple(examples))


def measure_alone(ear: Ear, corpus: Corpus, step: Step) -> Figures:
    """The figures of an engine on windows cut by hand in pauses, which are as good as it gets.

    In place of cuts stand moments where nothing is cut: what is counted there is the engine's own unsteadiness.
    """
    paused = _by_hand(ear, corpus.paused)
    step()
    pauseless = _by_hand(ear, corpus.pauseless)
    step()
    nonspeech = [_in_windows(ear, recording) for recording in corpus.nonspeech]
    step()
    heard = Heard(paused, pauseless, None, nonspeech)
    seams = Seams.of(heard, corpus, ear)
    step()
    return _figures(heard, corpus, seams)


def _cut_otherwise(system: System, corpus: Corpus) -> Transcription | None:
    """Only the service can be told where to cut."""
    if not isinstance(system, Service):
        return None
    recording = corpus.pauseless
    moments = cuts_inside_words(recording, any_chunk_length, corpus.seed)
    return system.transcribe_in(recut(recording, moments), recording)


def _figures(heard: Heard, corpus: Corpus, seams: Seams) -> Figures:
    paused, pauseless = corpus.paused, corpus.pauseless
    borders = border_errors(paused.words, heard.paused.segments)
    median, high = np.percentile(borders, (50, 95)) if borders else (None, None)
    slope = drift(paused.words, heard.paused.words)
    return Figures(
        paused_errors=word_error_rate(paused.text, heard.paused.text),
        pauseless_errors=word_error_rate(pauseless.text, heard.pauseless.text),
        paused_seams=Count(number_of(seams.paused), sum(len(written.cuts) for written in heard.with_pauses)),
        pauseless_seams=Count(number_of(seams.pauseless), sum(len(written.cuts) for written in heard.without_pauses)),
        border_median=median,
        border_95th=high,
        drift=slope and slope.per_hour,
        drift_uncertainty=slope and slope.uncertainty,
        invented=Count(sum(len(written.words) for written in heard.nonspeech), corpus.minutes),
        coverage=coverage(paused, heard.paused.segments),
    )


def _by_hand(ear: Ear, recording: Recording) -> Transcription:
    windows = hand_cut(recording, HAND_CUT_SECONDS)
    segments = _heard_in(ear, recording, [(window.start, window.end) for window in windows])
    return Transcription(segments, tuple(_undisturbed(windows)))


def _undisturbed(windows: Sequence[Window]) -> Iterator[Cut]:
    """The middle of each window in which everything beside it is far from the edges as well."""
    for window in windows:
        if window.end - window.start >= 4 * BESIDE_SECONDS:
            middle = (window.start + window.end) / 2
            yield Cut(middle, middle, "nothing")


def _in_windows(ear: Ear, recording: Recording) -> Transcription:
    starts = np.arange(0, recording.duration - 1, HAND_CUT_SECONDS)
    return Transcription(_heard_in(ear, recording, [(start, start + HAND_CUT_SECONDS) for start in starts]))


def _heard_in(ear: Ear, recording: Recording, windows: Sequence[tuple[float, float]]) -> tuple[Segment, ...]:
    heard = ear.listen([_pcm(recording, *window) for window in windows], recording.language)
    placed = zip(windows, heard, strict=True)
    return tuple(segment.shifted(start) for (start, _), segments in placed for segment in segments)


def _pcm(recording: Recording, start: float, end: float) -> Pcm:
    return recording.pcm[round(start * SAMPLE_RATE) : round(end * SAMPLE_RATE)]
