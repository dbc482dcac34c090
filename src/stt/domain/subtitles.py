"""Subtitle files: SubRip (SRT) and WebVTT. Pure."""

import html
from collections.abc import Callable, Iterable

from stt.domain.cues import Cue, label


def srt(shown: Iterable[Cue]) -> str:
    """The cues as a SubRip file; the text of a channel begins with its label, as the format has no other place."""
    return _numbered(shown, ",", lambda cue: label(cue.channel) + _text(cue))


def webvtt(shown: Iterable[Cue]) -> str:
    """The cues as a WebVTT file (w3.org/TR/webvtt1): what would read as markup escaped, channels as voices."""
    return "WEBVTT\n\n" + _numbered(shown, ".", _voiced)


def _numbered(shown: Iterable[Cue], point: str, write: Callable[[Cue], str]) -> str:
    entries = (
        f"{number}\n{_clock(cue.start, point)} --> {_clock(cue.end, point)}\n{write(cue)}\n\n"
        for number, cue in enumerate(shown, 1)
    )
    return "".join(entries)


def _voiced(cue: Cue) -> str:
    text = html.escape(_text(cue), quote=False)
    return text if cue.channel is None else f"<v Channel {cue.channel + 1}>{text}</v>"


def _text(cue: Cue) -> str:
    return "\n".join(cue.lines)


def _clock(milliseconds: int, point: str) -> str:
    seconds, rest = divmod(milliseconds, 1000)
    return f"{seconds // 3600:02d}:{seconds // 60 % 60:02d}:{seconds % 60:02d}{point}{rest:03d}"
