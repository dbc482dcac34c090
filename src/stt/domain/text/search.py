"""What a text is found by: its words, as they are written and without their marks, and which stand side by side. Pure.

A term is a word without its marks (`hoa`), a word as it is written, behind a sign (`=hòa`), or two words in a row
without their marks (`hoa_binh`): syllables of Vietnamese are many words' part, and two of them rarely.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256
from itertools import pairwise

from stt.domain.access.owner import Owner
from stt.domain.errors import InvalidRequest
from stt.domain.text.scripts import is_unspaced

LONGEST_WORD = 64
"""Characters; what is longer is cut, in texts as in questions."""
MOST_BYTES = 1_000_000
"""Of all terms of a job, with 4 beside each: PostgreSQL keeps 1,048,575 of them. Words go first; of texts of many hours
pairs at the end are left out."""
_UNMARKED = str.maketrans({"đ": "d", "ł": "l", "ø": "o", "ı": "i"})
"""Letters whose stroke is no mark to Unicode."""
_PIECE = re.compile(r'"([^"]*)"?|([^\s"]+)')


@dataclass(frozen=True)
class Query:
    """What is searched for: all `terms`; those who have all that is `exact` as well come first."""

    terms: tuple[str, ...]
    exact: tuple[str, ...]


def terms_of(owner: Owner, *texts: str) -> list[str]:
    """The terms of an owner's texts, each once."""
    written = [_words(text) for text in texts]
    plain = [[unmarked(word) for word in words] for words in written]
    found = dict.fromkeys([owner_term(owner)])
    found |= dict.fromkeys(word for words in plain for word in words)
    found |= dict.fromkeys(f"={word}" for words in written for word in words)
    found |= dict.fromkeys(pair for words in plain for pair in _pairs(words))
    return list(_first(found))


def query_of(text: str) -> Query:
    """What is searched for by words, and by words between quotation marks that stand in a row.

    Raises:
        InvalidRequest: code `invalid_field`; there is no letter or digit in it.
    """
    pieces = [_words(quoted or single) for quoted, single in _PIECE.findall(text)]
    terms: dict[str, None] = {}
    for words in pieces:
        plain = [unmarked(word) for word in words]
        terms |= dict.fromkeys([*plain, *_pairs(plain)])
    if not terms:
        raise InvalidRequest("q has no letter or digit to look for.", code="invalid_field", field="q")
    exact = dict.fromkeys(f"={word}" for words in pieces for word in words)
    return Query(tuple(terms), tuple(exact))


def owner_term(owner: Owner) -> str:
    """The term that all texts of an owner have, and no others."""
    return "@" + sha256(owner.encode()).hexdigest()[:24]


def unmarked(text: str) -> str:
    """A text without the marks above, below and through its letters, in lower case: `Đà Nẵng` is `da nang`."""
    apart = unicodedata.normalize("NFD", text.casefold())
    bare = "".join(letter for letter in apart if unicodedata.category(letter) != "Mn")
    return unicodedata.normalize("NFC", bare).translate(_UNMARKED)


class _Letters(dict[int, str]):
    """For `str.translate`: letters, digits and marks as they are, a space for all others.

    Where words have no spaces between them every character is one.
    """

    def __missing__(self, code: int) -> str:
        character = chr(code)
        kept = character if character.isalnum() or unicodedata.category(character)[0] == "M" else " "
        self[code] = f" {kept} " if is_unspaced(character) else kept
        return self[code]


_LETTERS = _Letters()


def _words(text: str) -> list[str]:
    usual = unicodedata.normalize("NFKC", text).casefold()
    return [word[:LONGEST_WORD] for word in unicodedata.normalize("NFC", usual).translate(_LETTERS).split()]


def _pairs(words: Sequence[str]) -> Iterator[str]:
    return (f"{first}_{second}" for first, second in pairwise(words))


def _first(terms: Iterable[str]) -> Iterator[str]:
    """As many as may be kept."""
    left = MOST_BYTES
    for term in terms:
        left -= len(term.encode()) + 4  # PostgreSQL keeps as much beside each
        if left < 0:
            return
        yield term
