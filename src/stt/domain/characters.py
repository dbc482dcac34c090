"""Characters that are no text: JSON can write them, and databases or encodings cannot."""

import re

_HALF = re.compile("[\ud800-\udfff]")
"""What JSON can write alone (`"\\ud83d"`), and no encoding can."""


def flaw_of(text: str) -> str | None:
    """What is in a text that cannot be stored, in words; `None` if nothing is."""
    if "\0" in text:
        return "a null character"  # which PostgreSQL's texts cannot hold
    if _HALF.search(text):
        return "half of a surrogate pair, which is no character"
    return None
