"""Where Vietnamese tone marks stand in the syllables with two spellings: hòa or hoà, khỏe or khoẻ, thủy or thuỷ."""

import re
import unicodedata

from stt.domain.jobs.guidance import ToneMarks

_TONES = "\u0300\u0301\u0303\u0309\u0323"
"""Grave, acute, tilde, hook above and dot below, as combining characters."""
_ONSETS = "b|ch|d|đ|g|h|kh|l|m|n|ng|nh|p|ph|r|s|t|th|tr|v|x"
"""What may stand in front of oa, oe and uy. Not q, whose u is a part of it (quý, quà, què), nor c, k, gh and ngh, which
are never written there."""
_SYLLABLE = re.compile(
    rf"""
    (?<![\w\u0300-\u036f])
    (?P<onset>(?:{_ONSETS})?)
    (?P<first>[ou]) (?P<early>[{_TONES}]?)
    (?P<second>[aey]) (?P<late>[{_TONES}]?)
    (?![\w\u0300-\u036f])
    """,
    re.IGNORECASE | re.VERBOSE,
)
"""A whole syllable that ends in two vowels, its letters and marks apart (NFD)."""
_RIMES = ("oa", "oe", "uy")


def restyle(text: str, style: ToneMarks) -> str:
    """The text in NFC with its tone marks in one style; `AS_WRITTEN` gives it back untouched.

    Only whole syllables spelled as Vietnamese spells them change. A foreign word that looks like one (the name Noé)
    does too, so this is for text that is known to be Vietnamese.
    """
    if style is ToneMarks.AS_WRITTEN:
        return text

    def respelled(syllable: re.Match[str]) -> str:
        onset, first, early, second, late = syllable.groups()
        if (first + second).lower() not in _RIMES or (early and late):
            return syllable[0]
        tone = early + late
        return onset + (first + tone + second if style is ToneMarks.OLD else first + second + tone)

    return unicodedata.normalize("NFC", _SYLLABLE.sub(respelled, unicodedata.normalize("NFD", text)))
