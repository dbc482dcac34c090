"""Who speaks when, as an RTTM file: what programs that score speakers read (NIST, Rich Transcription 2009). Pure."""

from collections.abc import Iterable, Mapping
from typing import Any


def rttm(turns: Iterable[Mapping[str, Any]], name: str) -> str:
    """A line for each turn of a result document; `name` is that of the recording, in which the format has no spaces."""
    written = "_".join(name.split()) or "recording"
    return "".join(_line(turn, written) for turn in turns)


def _line(turn: Mapping[str, Any], name: str) -> str:
    length = turn["end"] - turn["start"]
    return f"SPEAKER {name} 1 {turn['start']:.3f} {length:.3f} <NA> <NA> {turn['speaker']} <NA> <NA>\n"
