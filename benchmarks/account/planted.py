"""Words that are taken out, and whether the account tells of them."""

import random
from collections.abc import Iterator, Sequence
from dataclasses import replace

from benchmarks.account.hearing import Ear, Listener, gaps_of
from benchmarks.account.skipping import SkippedWindow
from benchmarks.real_voices.mix import Mix
from stt.domain.jobs.chunk import ChunkPlan
from stt.domain.merging.ledger import Track
from stt.domain.transcripts.transcript import Gap, Word
from stt.worker.audio.pcm import Pcm
from stt.worker.constants import MAX_WINDOW_SECONDS
from stt.worker.cutting.windows import plan_windows
from stt.worker.recognition.recognizer import slice_window

NEAR_SECONDS = 0.5
"""A gap so close to where words were skipped tells of them: alignment has moved their neighbours."""
CONTEXT_SECONDS = 5.0
"""Speech so far away has no say in whether a word is missing."""


def out_of_the_transcript(mix: Mix, track: Track, count: int) -> Iterator[bool]:
    """Whether so many words in a row are told when they are taken out at the end, for every place."""
    words = [word for segment in track.segments for word in segment.words]
    before = gaps_of(mix, track)
    for first in range(0, len(words) - count, count):
        lost = words[first : first + count]
        if not _tells(before, lost[0].start, lost[-1].end):
            yield _tells(gaps_of(mix, _without(track, lost)), lost[0].start, lost[-1].end)


def _without(track: Track, lost: Sequence[Word]) -> Track:
    """What is left around these words."""
    low, high = lost[0].start - CONTEXT_SECONDS, lost[-1].end + CONTEXT_SECONDS
    near = [segment for segment in track.segments if segment.end > low and segment.start < high]
    left = [replace(segment, words=tuple(w for w in segment.words if w not in lost)) for segment in near]
    speech = [span for span in track.speech if span.end > low and span.start < high]
    return Track(speech, [segment for segment in left if segment.words])


def before_alignment(
    mix: Mix, chunk: tuple[ChunkPlan, Pcm], ear: Ear, count: int, places: int, draw: random.Random
) -> Iterator[bool]:
    """Whether so many words in a row are told when the engine skips them, for some places of each window."""
    plan, pcm = chunk
    listener = Listener(ear.engine, ear.options(mix.told), skips=True)
    before = gaps_of(mix, ear.track([chunk], listener))
    for window in plan_windows(plan, MAX_WINDOW_SECONDS):
        audio = slice_window(pcm, plan, window)
        skipped = SkippedWindow(ear.engine, audio, listener.options)
        possible = range(1, skipped.words - count)
        for first in draw.sample(possible, min(places, len(possible))):
            start, end = (window.audio.start + moment for moment in skipped.times(first, count))
            if not _tells(before, start - NEAR_SECONDS, end + NEAR_SECONDS):
                known = listener.known | {audio.tobytes(): skipped.without(first, count)}
                found = gaps_of(mix, ear.track([chunk], replace(listener, known=known)))
                yield _tells(found, start - NEAR_SECONDS, end + NEAR_SECONDS)


def _tells(gaps: Sequence[Gap], start: float, end: float) -> bool:
    return any(gap.start < end and gap.end > start for gap in gaps)
