"""Subtitle files: SubRip (SRT) and WebVTT. Pure."""

import html
from collections.abc import Callable, Iterable

from stt.domain.formats.cues import Cue, label

_COLOURS = ("white", "yellow", "cyan", "lime")
"""Those by which television tells speakers apart, from the first channel on."""


def srt(shown: Iterable[Cue]) -> str:
    """The cues as a SubRip file; the text of a channel begins with its label, as the format has no other place."""
    return _numbered(shown, ",", lambda cue: label(cue.channel) + _text(cue))


def webvtt(shown: Iterable[Cue]) -> str:
    """The cues as a WebVTT file (w3.org/TR/webvtt1): what would read as markup escaped, channels as voices.

    Players show no names of voices, so each voice has a colour.
    """
    listed = list(shown)
    channels = sorted({cue.channel for cue in listed if cue.channel is not None})
    return "WEBVTT\n\n" + "".join(map(_style, channels)) + _numbered(listed, ".", _voiced)


def _style(channel: int) -> str:
    return f'STYLE\n::cue(v[voice="{_voice(channel)}"]) {{ color: {_COLOURS[channel % len(_COLOURS)]} }}\n\n'


def _voice(channel: int) -> str:
    return f"Channel {channel + 1}"


def _numbered(shown: Iterable[Cue], point: str, write: Callable[[Cue], str]) -> str:
    entries = (
        f"{number}\n{_clock(cue.start, point)} --> {_clock(cue.end, point)}\n{write(cue)}\n\n"
        for number, cue in enumerate(shown, 1)
    )
    return "".join(entries)


def _voiced(cue: Cue) -> str:
    text = html.escape(_text(cue), quote=False)
    return text if cue.channel is None else f"<v {_voice(cue.channel)}>{text}</v>"


def _text(cue: Cue) -> str:
    return "\n".join(cue.lines)


def _clock(milliseconds: int, point: str) -> str:
    seconds, rest = divmod(milliseconds, 1000)
    return f"{seconds // 3600:02d}:{seconds // 60 % 60:02d}:{seconds % 60:02d}{point}{rest:03d}"
