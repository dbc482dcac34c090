"""Subtitle files: SubRip (SRT) and WebVTT. Pure."""

import html
import re
from collections.abc import Callable, Iterable

from stt.domain.formats.cues import Cue, label
from stt.domain.transcripts.speakers import name_of

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
    voices = dict.fromkeys(voice for cue in listed if (voice := _voice(cue)))
    styles = (_style(voice, _COLOURS[place % len(_COLOURS)]) for place, voice in enumerate(voices))
    return "WEBVTT\n\n" + "".join(styles) + _numbered(listed, ".", _voiced)


def _style(voice: str, colour: str) -> str:
    # What would end the string of CSS, or the block, by its number.
    written = re.sub(r'["\\>]', lambda found: f"\\{ord(found[0]):x} ", voice)
    return f'STYLE\n::cue(v[voice="{written}"]) {{ color: {colour} }}\n\n'


def _voice(cue: Cue) -> str | None:
    """What a voice is called."""
    if cue.speaker is not None:
        return name_of(cue.speaker)
    return None if cue.channel is None else f"Channel {cue.channel + 1}"


def _numbered(shown: Iterable[Cue], point: str, write: Callable[[Cue], str]) -> str:
    entries = (
        f"{number}\n{_clock(cue.start, point)} --> {_clock(cue.end, point)}\n{write(cue)}\n\n"
        for number, cue in enumerate(shown, 1)
    )
    return "".join(entries)


def _voiced(cue: Cue) -> str:
    text = html.escape(_text(cue), quote=False)
    voice = _voice(cue)
    return text if voice is None else f"<v {html.escape(voice, quote=False)}>{text}</v>"


def _text(cue: Cue) -> str:
    return "\n".join(cue.lines)


def _clock(milliseconds: int, point: str) -> str:
    seconds, rest = divmod(milliseconds, 1000)
    return f"{seconds // 3600:02d}:{seconds // 60 % 60:02d}:{seconds % 60:02d}{point}{rest:03d}"
