"""Scripts that put no spaces between words. Pure."""

import re

_LETTERS = re.compile(
    "[\u0e00-\u0fff\u1000-\u109f\u1780-\u17ff\u3005-\u3007\u3040-\u30ff\u31f0-\u31ff\u3400-\u9fff\uf900-\ufaff"
    "\uff66-\uff9f\U00020000-\U0003ffff]"
)
"""Scripts without spaces between words: Thai, Lao, Tibetan, Burmese, Khmer, kana, Han."""
_WITH_MARKS = (
    (0x0E00, 0x0EFF),  # Thai, Lao
    (0x1000, 0x109F),  # Myanmar
    (0x1780, 0x17FF),  # Khmer
    (0x2E80, 0x30FF),  # radicals, CJK punctuation, hiragana, katakana
    (0x3100, 0x312F),  # bopomofo
    (0x31F0, 0x31FF),  # more katakana
    (0x3400, 0x4DBF),  # ideographs
    (0x4E00, 0x9FFF),
    (0xA9E0, 0xA9FF),  # Myanmar
    (0xAA60, 0xAA7F),
    (0xF900, 0xFAFF),  # ideographs
    (0xFF00, 0xFF9F),  # full-width punctuation, half-width katakana
    (0x20000, 0x3FFFF),  # ideographs
)
"""The same scripts with their punctuation. Korean has spaces."""


def is_unspaced(character: str) -> bool:
    """Whether it is a letter of a script without spaces between words."""
    return _LETTERS.match(character) is not None


def stands_unspaced(character: str) -> bool:
    """Whether it is a letter or a mark of a script without spaces between words."""
    return any(first <= ord(character) <= last for first, last in _WITH_MARKS)
