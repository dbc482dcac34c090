"""What owners write on their jobs to find them again: a few pairs of text."""

from collections.abc import Mapping

from stt.domain.characters import flaw_of
from stt.domain.errors import InvalidRequest

MOST_PAIRS = 16
KEY_CHARACTERS = 64
VALUE_CHARACTERS = 512


def check_metadata(written: object) -> Mapping[str, str]:
    """The pairs, as they were written.

    Raises:
        InvalidRequest: code `invalid_metadata`.
    """
    if not isinstance(written, Mapping):
        raise _invalid('it is an object of text, like {"customer": "42"}')
    if len(written) > MOST_PAIRS:
        raise _invalid(f"it has {len(written)} pairs, and at most {MOST_PAIRS} are kept")
    for key, value in written.items():
        if not isinstance(key, str) or not 0 < len(key) <= KEY_CHARACTERS:
            raise _invalid(f"a name has 1 to {KEY_CHARACTERS} characters, and {str(key)[:80]!r} has not")
        if not isinstance(value, str) or len(value) > VALUE_CHARACTERS:
            raise _invalid(f"the value of {key!r} is no text of at most {VALUE_CHARACTERS} characters")
        if flaw := flaw_of(key + value):
            raise _invalid(f"{key!r} holds {flaw}")
    return dict(written)


def _invalid(reason: str) -> InvalidRequest:
    return InvalidRequest(f"metadata cannot be kept: {reason}.", code="invalid_metadata", field="metadata")
