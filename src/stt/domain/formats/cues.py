"""The cues of a transcript: what stands on the screen, and when. Pure."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise
from operator import attrgetter

from stt.domain.formats.breaks import cue_breaks, line_breaks
from stt.domain.formats.limits import CueLimits
from stt.domain.formats.speech import Speech
from stt.domain.formats.timed_text import timed_text
from stt.domain.transcripts.transcript import Segment

LEAD_MS = 500
"""A cue that has no time to be read behind it may come this much before its first word."""
_NEVER = 1 << 62
_USUAL = CueLimits()


@dataclass(frozen=True)
class Cue:
    """What stands on the screen from `start` to `end` (milliseconds from the start of the file).

    `channel` is that of its segments, counted from 0, `None` where channels are not apart; `speaker` the label of who
    speaks, where speakers are told apart.
    """

    start: int
    end: int
    lines: tuple[str, ...]
    channel: int | None = None
    speaker: str | None = None


def label(said: Cue | Segment) -> str:
    """What tells a reader who speaks, where a format can say it in text only: `[S1] `, or `[1] ` for channel 0."""
    if said.speaker is not None:
        return f"[{said.speaker}] "
    return "" if said.channel is None else f"[{said.channel + 1}] "


def cues(segments: Iterable[Segment], duration: float | None = None, limits: CueLimits = _USUAL) -> list[Cue]:
    """The text of the segments as cues that can be read, by their start; `duration` (seconds) is where the file ends.

    No word is lost, and the order within a channel is kept. A cue has one or two lines of at most 42 characters, or
    what the limits allow; a wide one (East Asian) counts as two. Cues end where sentences do, in pauses and where
    clauses end, in this order of preference, and not necessarily where segments do.

    A cue lasts 1 to 7 s, or what the limits allow, and a twentieth of a second for each character. It comes with its
    first word, stays while it is spoken, and then as long as reading takes, until the next cue of its channel comes. If
    that is too short, it comes up to half a second before its first word, but not before the last cue of its channel
    has gone. Where speech leaves no room for that either, a cue is as short and as fast as the speech: all words are
    there and in time. A break in the middle of a phrase is made for that only where it gains more than a quarter of a
    second to read in.

    A word wider than a line is a cue by itself, on one line as it is, unless its script has no spaces. A word of more
    than the longest is shown for that long. Words that the engine gave no time at all share what is left until the
    next; where nothing is left, their cues are a millisecond long.

    Segments of different channels or speakers never share a cue, and only cues of different channels overlap in time.
    The `label` of who speaks counts as characters.
    """
    until = _NEVER if duration is None else round(duration * 1000)
    channels: dict[int | None, list[Segment]] = {}
    for segment in segments:
        channels.setdefault(segment.channel, []).append(segment)
    shown = [cue for spoken in channels.values() for cue in _of_one_channel(spoken, until, limits)]
    return sorted(shown, key=lambda cue: cue.start)


def _of_one_channel(segments: Iterable[Segment], until: int, limits: CueLimits) -> Iterator[Cue]:
    """The cues of one speaker after the other: each goes when the next begins to speak."""
    spoken = [list(said) for _, said in groupby(segments, key=attrgetter("speaker"))]
    ends = [*(max(0, round(said[0].start * 1000)) for said in spoken[1:]), until]
    free = 0
    for said, end in zip(spoken, ends, strict=True):
        for cue in _of_one_speaker(said, free, end, limits):
            yield cue
            free = cue.end


def _of_one_speaker(segments: Sequence[Segment], free: int, until: int, limits: CueLimits) -> Iterator[Cue]:
    taken = len(label(segments[0]))
    speech = Speech(timed_text(segments, limits.line_characters - taken), taken, until, limits)
    for first, last in cue_breaks(speech):
        start, end = _shown(speech, first, last, free)
        yield Cue(start, end, _lines(speech, first, last), segments[0].channel, segments[0].speaker)
        free = end


def _shown(speech: Speech, first: int, last: int, free: int) -> tuple[int, int]:
    """From when to when a run of pieces is shown, if the last cue has gone at `free`."""
    start = speech.starts[first]
    needed = speech.needed(speech.width(first, last))
    end = min(max(speech.ends[last - 1], start + needed), start + speech.longest_ms, speech.starts[last])
    begin = max(free, min(start, max(start - LEAD_MS, end - needed)))
    return begin, max(begin + 1, end)


def _lines(speech: Speech, first: int, last: int) -> tuple[str, ...]:
    places = [first, *line_breaks(speech, first, last), last]
    return tuple(speech.text(a, b) for a, b in pairwise(places))
