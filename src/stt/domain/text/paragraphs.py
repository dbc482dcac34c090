"""The text of a transcript as one reads it: in paragraphs, joined as each script joins. Pure."""

from collections.abc import Iterable, Sequence
from functools import reduce
from itertools import pairwise
from statistics import median

from stt.domain.text.punctuation import ends_sentence
from stt.domain.text.scripts import stands_unspaced
from stt.domain.transcripts.speakers import name_of
from stt.domain.transcripts.transcript import Segment

LONG_PAUSE_SECONDS = 2.0
"""A pause from which a new paragraph may begin: between two sentences people pause for about one second."""
TIMES_TYPICAL = 2.0
"""It must also be this many times the recording's own typical pause: who dictates slowly does not always begin anew."""
CERTAIN_PAUSE_SECONDS = 5.0
"""A pause from which one begins however the recording is spoken."""
FULL_SECONDS = 30.0
"""A paragraph of this length, some five lines of text, ends with the next sentence behind which there is a pause."""
SHORT_PAUSE_SECONDS = 0.5
"""What is a pause there, if the recording's typical one is not longer."""


def paragraphs(segments: Iterable[Segment]) -> str:
    """The texts of the segments in order, joined to paragraphs with a blank line between them.

    A new paragraph begins behind a long pause, behind the end of a sentence once the paragraph is long, and where the
    channel or the speaker changes. Within one there is a space between segments, or nothing where both sides are
    written without.
    """
    return "\n\n".join(map(running_text, paragraphed(segments)))


def named_paragraphs(segments: Iterable[Segment]) -> str:
    """The same, each paragraph behind the name of who speaks in it, where that is known."""
    found = paragraphed(segments)
    names = ("" if said[0].speaker is None else f"{name_of(said[0].speaker)}: " for said in found)
    return "\n\n".join(name + running_text(said) for name, said in zip(names, found, strict=True))


def paragraphed(segments: Iterable[Segment]) -> list[list[Segment]]:
    """The segments that say something, in order, paragraph by paragraph."""
    said = [segment for segment in segments if segment.text.strip()]
    found: list[list[Segment]] = [said[:1]] if said else []
    typical = _typical_pause(said)
    for last, segment in pairwise(said):
        if _begins_anew(last, segment, last.end - found[-1][0].start, typical):
            found.append([segment])
        else:
            found[-1].append(segment)
    return found


def join_text(segments: Iterable[Segment]) -> str:
    """The words of the segments as one text, with a space between all segments."""
    return " ".join(text for segment in segments if (text := segment.text.strip()))


def running_text(segments: Iterable[Segment]) -> str:
    """The same texts in one line: what stands in it so far never changes with what follows."""
    return reduce(continued, segments, "")


def continued(text: str, segment: Segment) -> str:
    """A text with that of one more segment behind it, and a space between them where their script has spaces."""
    said = segment.text.strip()
    if not said or not text:
        return text or said
    return text + ("" if stands_unspaced(text[-1]) and stands_unspaced(said[0]) else " ") + said


def _typical_pause(segments: Sequence[Segment]) -> float:
    """Half of the pauses between segments are longer."""
    pauses = [b.start - a.end for a, b in pairwise(segments) if a.channel == b.channel and b.start > a.end]
    return median(pauses) if pauses else 0.0


def _begins_anew(last: Segment, segment: Segment, length: float, typical: float) -> bool:
    """Whether `segment` opens a paragraph behind one that lasts `length` seconds up to the end of `last`."""
    pause = segment.start - last.end
    long = min(CERTAIN_PAUSE_SECONDS, max(LONG_PAUSE_SECONDS, TIMES_TYPICAL * typical))
    if (last.channel, last.speaker) != (segment.channel, segment.speaker) or pause >= long:
        return True
    return length >= FULL_SECONDS and ends_sentence(last.text) and pause >= max(SHORT_PAUSE_SECONDS, typical)
