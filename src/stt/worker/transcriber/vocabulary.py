"""Text as tokens of a vocabulary whose merges are not known, as in a ggml model."""

import re
from collections.abc import Iterable

_WORD = re.compile(r" ?[^\s]+|\s+")


class Vocabulary:
    """The tokens of a model by their bytes, in the order of their ids; every single byte is among them."""

    def __init__(self, tokens: Iterable[bytes]) -> None:
        self._ids = {token: number for number, token in reversed(list(enumerate(tokens)))}
        self._longest = max(map(len, self._ids))

    def encode(self, text: str) -> list[int]:
        """The longest token that fits, again and again within each word.

        Byte pair encoding would now and then choose others; a decoder understands what it is told either way.
        """
        return [token for word in _WORD.findall(text) for token in self._spelled(word.encode())]

    def _spelled(self, word: bytes) -> Iterable[int]:
        start = 0
        while start < len(word):
            ends = range(min(len(word), start + self._longest), start, -1)
            end = next(end for end in ends if word[start:end] in self._ids)
            yield self._ids[word[start:end]]
            start = end
