"""Subtitle files: SubRip (SRT) and WebVTT. Pure."""

import html
from collections.abc import Callable, Iterable

from stt.domain.formats.cues import Cue, label
from stt.domain.transcripts.speakers import number_of

_COLOURS = ("white", "yellow", "cyan", "lime")
"""Those by which television tells speakers apart, from the first on."""


def srt(shown: Iterable[Cue]) -> str:
    """The cues as a SubRip file; each begins with the label of who speaks, as the format has no other place."""
    return _numbered(shown, ",", lambda cue: label(cue) + _text(cue))


def webvtt(shown: Iterable[Cue]) -> str:
    """The cues as a WebVTT file (w3.org/TR/webvtt1): what would read as markup escaped, speakers or channels as voices.

    Players show no names of voices, so each voice has a colour.
    """
    listed = list(shown)
    voices = sorted({voice for cue in listed if (voice := _voice(cue))})
    return "WEBVTT\n\n" + "".join(map(_style, voices)) + _numbered(listed, ".", _voiced)


_Voice = tuple[str, int]
"""What voices are called, and the number of this one, from 1."""


def _style(voice: _Voice) -> str:
    kind, number = voice
    return f'STYLE\n::cue(v[voice="{kind} {number}"]) {{ color: {_COLOURS[(number - 1) % len(_COLOURS)]} }}\n\n'


def _voice(cue: Cue) -> _Voice | None:
    if cue.speaker is not None:
        return "Speaker", number_of(cue.speaker)
    return None if cue.channel is None else ("Channel", cue.channel + 1)


def _numbered(shown: Iterable[Cue], point: str, write: Callable[[Cue], str]) -> str:
    entries = (
        f"{number}\n{_clock(cue.start, point)} --> {_clock(cue.end, point)}\n{write(cue)}\n\n"
        for number, cue in enumerate(shown, 1)
    )
    return "".join(entries)


def _voiced(cue: Cue) -> str:
    text = html.escape(_text(cue), quote=False)
    voice = _voice(cue)
    return text if voice is None else f"<v {voice[0]} {voice[1]}>{text}</v>"


def _text(cue: Cue) -> str:
    return "\n".join(cue.lines)


def _clock(milliseconds: int, point: str) -> str:
    seconds, rest = divmod(milliseconds, 1000)
    return f"{seconds // 3600:02d}:{seconds // 60 % 60:02d}:{seconds % 60:02d}{point}{rest:03d}"
