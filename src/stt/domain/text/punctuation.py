"""The marks that end sentences and clauses, in the scripts that Whisper writes. Pure."""

_SENTENCE_ENDS = frozenset(".?!…。？！．｡‼⁇⁈⁉؟۔।॥։።။។")
_CLAUSE_ENDS = frozenset(",;:，；：、､،؛၊፣–—")
_CLOSING = "\"'”’»›)]}」』）】》〉"


def last_mark(text: str) -> str:
    """The last character that is neither space nor closing quote or bracket; of nothing but those the last."""
    text = text.rstrip()
    return (text.rstrip(_CLOSING) or text)[-1:]


def ends_sentence(text: str) -> bool:
    """Whether a sentence ends with this text."""
    return last_mark(text) in _SENTENCE_ENDS


def ends_clause(text: str) -> bool:
    """Whether a clause ends with this text, and the sentence goes on."""
    return last_mark(text) in _CLAUSE_ENDS
