"""A transcript and its parts; every time is in seconds from the start of the file."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from typing import Any, Self

from stt.domain.transcripts.coverage import Coverage
from stt.domain.transcripts.decoding import Decoding
from stt.domain.transcripts.note import Note
from stt.domain.transcripts.speakers import Turn, given_names, told_apart


@dataclass(frozen=True, slots=True)
class Word:
    """One word as written, without surrounding space, and how sure the engine was of it (0 to 1).

    `timed` is whether it was found in the sound; the time of others is what was left there. It is evidence for the work
    on a job and no part of its result. `speaker` is the label of who says it, where speakers are told apart.
    """

    word: str
    start: float
    end: float
    probability: float
    timed: bool = True
    speaker: str | None = None

    @property
    def midpoint(self) -> float:
        """The middle of the word, which decides who owns it at a seam."""
        return (self.start + self.end) / 2

    def shifted(self, seconds: float) -> "Word":
        """The same word, later by `seconds`."""
        return replace(self, start=self.start + seconds, end=self.end + seconds)


@dataclass(frozen=True, slots=True)
class Segment:
    """A stretch of speech that the engine wrote as one line.

    `channel` is the number of the channel it was heard in, from 0, where channels are transcribed apart; `language`
    what was spoken, where that is decided window by window. `decoding` is how the engine came to it, if that is known.
    `speaker` is the label of who speaks, where speakers are told apart, `overlap` whether others speak as well.
    """

    start: float
    end: float
    text: str
    words: tuple[Word, ...] = ()
    channel: int | None = None
    language: str | None = None
    decoding: Decoding | None = None
    speaker: str | None = None
    overlap: bool = False

    @property
    def no_speech(self) -> float | None:
        """How likely the engine found that nobody speaks there, from 0 to 1, if it tells."""
        return self.decoding.no_speech_prob if self.decoding else None

    def shifted(self, seconds: float) -> "Segment":
        """The same segment, later by `seconds`."""
        words = tuple(word.shifted(seconds) for word in self.words)
        decoding = self.decoding and self.decoding.shifted(seconds)
        return replace(self, start=self.start + seconds, end=self.end + seconds, words=words, decoding=decoding)

    def keeping(self, words: Sequence[Word]) -> "Segment":
        """The segment with these words in place of its own, from the first to the last of them.

        Before each of its own words stands what the text had there, before a word new to it a space, if it has any.
        Without any words it is empty, with its own ones unchanged.
        """
        if tuple(words) == self.words:
            return self
        if not words:
            return replace(self, text="", words=())
        usual = "" if len(self.words) > 1 and " " not in self.text else " "
        spaces = dict(zip(self.words[1:], list(self._spaces())[1:], strict=True))
        text = "".join(spaces.get(word, usual) + word.word for word in words)
        return replace(self, start=words[0].start, end=words[-1].end, text=text.lstrip(), words=tuple(words))

    def _spaces(self) -> Iterator[str]:
        """What stands in front of each word: a space or nothing; a space too where the text does not have the word."""
        position = 0
        for word in self.words:
            place = self.text.find(word.word, position)
            yield "" if place == position else " "
            position = position if place < 0 else place + len(word.word)

    def to_dict(self) -> dict[str, Any]:
        """Plain values for JSON, times rounded to the millisecond."""
        words = [
            {
                "word": w.word,
                "start": round(w.start, 3),
                "end": round(w.end, 3),
                "probability": round(w.probability, 4),
            }
            | ({"speaker": w.speaker} if w.speaker else {})
            for w in self.words
        ]
        return _labelled(
            {
                "start": round(self.start, 3),
                "end": round(self.end, 3),
                "text": self.text,
                "words": words,
                "channel": self.channel,
                "language": self.language,
                "decoding": self.decoding and self.decoding.to_dict(),
                "speaker": self.speaker,
                "overlap": self.overlap or None,
            }
        )

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> Self:
        """Inverse of `to_dict`; keys it does not know are ignored."""
        words = tuple(
            Word(w["word"], w["start"], w["end"], w["probability"], speaker=w.get("speaker"))
            for w in data.get("words", ())
        )
        decoding = Decoding.from_dict(data["decoding"]) if data.get("decoding") else None
        labels = {name: data[name] for name in ("channel", "language", "speaker", "overlap") if name in data}
        return cls(data["start"], data["end"], data["text"], words, decoding=decoding, **labels)


@dataclass(frozen=True)
class Gap:
    """Speech for which there are no words, and why; `channel` as a segment has it."""

    start: float
    end: float
    reason: str
    channel: int | None = None

    def to_dict(self) -> dict[str, Any]:
        """Plain values for JSON."""
        return _labelled(asdict(self))


@dataclass(frozen=True)
class Suppressed:
    """Words that an engine wrote and that are left out, and why; `channel` as a segment has it."""

    start: float
    end: float
    text: str
    reason: str
    channel: int | None = None

    def to_dict(self) -> dict[str, Any]:
        """Plain values for JSON."""
        return _labelled(asdict(self))


@dataclass(frozen=True)
class Transcript:
    """The result of a job: `transcription.json`, and what `stt transcribe --format json` prints.

    `broke_off` is the second at which a damaged file stopped being readable, `None` for a whole one; `notes` are what
    the reader should know about the file. `turns` say who speaks when; `None` where speakers are not told apart.
    `names` are those of speakers whose voices were known, by label.
    """

    job_id: str
    language: str
    duration: float
    text: str
    segments: tuple[Segment, ...]
    coverage: Coverage
    gaps: tuple[Gap, ...]
    model: str
    engine: str
    created_at: str
    suppressed: tuple[Suppressed, ...] = ()
    broke_off: float | None = None
    notes: tuple[Note, ...] = ()
    turns: tuple[Turn, ...] | None = None
    names: Mapping[str, str] = field(default_factory=dict)

    def to_dict(self) -> dict[str, Any]:
        """The result document; `segments` are numbered from 0."""
        return {
            "job_id": self.job_id,
            "language": self.language,
            "duration": round(self.duration, 3),
            "text": self.text,
            "segments": [{"id": i, **segment.to_dict()} for i, segment in enumerate(self.segments)],
            "coverage": asdict(self.coverage),
            "gaps": [gap.to_dict() for gap in self.gaps],
            "suppressed": [left_out.to_dict() for left_out in self.suppressed],
            "broke_off": self.broke_off,
            "notes": [note.to_dict() for note in self.notes],
            "model": self.model,
            "engine": self.engine,
            "created_at": self.created_at,
            **({} if self.turns is None else told_apart(self.turns, self.names)),
        }

    def lines(self) -> Iterator[str]:
        """The result document as JSON, a line for each field and for each segment.

        The words of many hours would take several times their memory as one piece.
        """
        opening = "{"
        for name, value in replace(self, segments=()).to_dict().items():
            yield f"{opening}{json.dumps(name)}: "
            opening = ",\n"
            if name == "segments":
                yield from self._segment_lines()
            else:
                yield json.dumps(value, ensure_ascii=False)
        yield "}\n"

    def _segment_lines(self) -> Iterator[str]:
        opening = "["
        for number, segment in enumerate(self.segments):
            yield f"{opening}\n" + json.dumps({"id": number, **segment.to_dict()}, ensure_ascii=False)
            opening = ","
        yield "]" if self.segments else "[]"

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> Self:
        """Inverse of `to_dict`."""
        return cls(
            job_id=data["job_id"],
            language=data["language"],
            duration=data["duration"],
            text=data["text"],
            segments=tuple(Segment.from_dict(s) for s in data["segments"]),
            coverage=Coverage(**{"sound": 0.0} | data["coverage"]),
            gaps=tuple(Gap(**gap) for gap in data["gaps"]),
            model=data["model"],
            engine=data["engine"],
            created_at=data["created_at"],
            suppressed=tuple(Suppressed(**left_out) for left_out in data.get("suppressed", ())),
            broke_off=data.get("broke_off"),
            notes=tuple(Note.from_dict(note) for note in data.get("notes", ())),
            turns=tuple(Turn(**turn) for turn in data["turns"]) if "turns" in data else None,
            names=given_names(data),
        )


def _labelled(fields: dict[str, Any]) -> dict[str, Any]:
    """Without the labels that say nothing."""
    return {name: value for name, value in fields.items() if value is not None}
