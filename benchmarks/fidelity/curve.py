"""Seam errors against the length of chunks: this service's way of cutting, and the naive one."""

import math
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from benchmarks.fidelity.corpus import Corpus, cuts_inside_words
from benchmarks.fidelity.figures import Count
from benchmarks.fidelity.measurement import Step
from benchmarks.fidelity.seams import number_of, seam_errors
from benchmarks.fidelity.service import OVERLAP_SECONDS, Ear, Service, recut
from benchmarks.fidelity.transcription import Transcription

LENGTHS = (10, 20, 40, 80, 160, 300)
WAYS = {"this service": OVERLAP_SECONDS, "cut and concatenate": 0.0}
"""By how many seconds chunks overlap on either side of a cut."""
WITHIN_SECONDS = 12.0
"""Speech further than this from every cut is not transcribed: nothing of it is counted, and long chunks are many."""
CUTS_A_MINUTE = 1
"""So many cuts for each minute of the corpus are wanted, however long the chunks are."""


@dataclass(frozen=True)
class Point:
    """Errors beside cuts between chunks of about `seconds`, cut in one of the `WAYS`."""

    way: str
    seconds: int
    seams: Count


def steps() -> int:
    """How many steps one language takes."""
    return len(LENGTHS) * len(WAYS)


def measure_curve(service: Service, ear: Ear, corpus: Corpus, step: Step) -> Iterator[Point]:
    """The points for one language."""
    for seconds in LENGTHS:
        for way, overlap in WAYS.items():
            yield Point(way, seconds, _count(service, ear, corpus, seconds, overlap))
            step()


def _count(service: Service, ear: Ear, corpus: Corpus, seconds: int, overlap: float) -> Count:
    """Cuts made in as many passes as it takes, each at other moments."""
    recording, found, cuts = corpus.pauseless, 0, 0
    for number in range(math.ceil(CUTS_A_MINUTE * seconds / 60)):
        moments = cuts_inside_words(recording, _exactly(seconds), corpus.seed + number)
        if moments:
            plans = recut(recording, moments, overlap=overlap, within=WITHIN_SECONDS)
            written = _between_chunks(service.transcribe_in(plans, recording))
            found += number_of(seam_errors(recording, written, lambda windows: ear.listen(windows, corpus.language)))
            cuts += len(written.cuts)
    return Count(found, cuts)


def _exactly(seconds: int) -> Callable[[random.Random], float]:
    return lambda _: float(seconds)


def _between_chunks(written: Transcription) -> Transcription:
    return Transcription(written.segments, tuple(cut for cut in written.cuts if cut.between == "chunks"))
