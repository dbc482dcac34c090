"""Segments as engines write them, said at a given pace and as surely as wanted."""

from stt.domain.transcripts.transcript import Segment, Word

SYLLABLE = 0.25


def say(text, start=0.0, *, pace=SYLLABLE, probability=0.9, spaced=True, **labels):
    """A segment of these words, each `pace` seconds long."""
    pieces = text.split() if spaced else [c for c in text if c != " "]
    words = tuple(Word(w, start + i * pace, start + (i + 1) * pace, probability) for i, w in enumerate(pieces))
    return Segment(start, words[-1].end, text, words, **labels)


def words_of(segments):
    return [word for segment in segments for word in segment.words]


def texts(entries):
    return [entry.text for entry in entries]
