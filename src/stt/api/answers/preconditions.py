"""Versions of a transcript as entity tags: what `ETag` says, and `If-Match` asks (RFC 9110, chapter 13; RFC 6585)."""

import re

from stt.domain.errors import InvalidRequest

_TAG = re.compile(r'(?:W/)?"v(\d{1,9})(?:\.\w+)?"')
"""Weak ones too, as proxies that compress make them: it is the version that counts, and not its bytes."""
_ANY_TAG = re.compile(r'(?:W/)?"[^"]*"')


def tag_of(version: int, form: str = "") -> str:
    """The tag of a version, and of a form of it that is not the usual one."""
    return f'"v{version}.{form}"' if form else f'"v{version}"'


def stored_as(tag: str) -> str:
    """The form of the machine's version that is stored under this tag: after a redo it is another document."""
    return re.sub(r"\W", "", tag)


def base_of(if_match: str | None) -> int | None:
    """The version that a change is meant for; `None` for whichever is the newest, and -1 for what is no tag of ours.

    Raises:
        InvalidRequest: code `version_expected` where nothing is said of it, `invalid_header` where that is no tag.
    """
    if if_match is None or not if_match.strip():
        message = "Say in If-Match which version is changed: the ETag with which the transcript was read."
        raise InvalidRequest(message, code="version_expected")
    tags = [tag.strip() for tag in if_match.split(",")]
    if tags == ["*"]:
        return None
    if not any(map(_ANY_TAG.fullmatch, tags)) and "*" not in tags:
        message = f'If-Match takes a version between quotation marks, such as "v3", or *; {if_match[:40]!r} is neither.'
        raise InvalidRequest(message, code="invalid_header")
    found = [int(tag[1]) for tag in map(_TAG.fullmatch, tags) if tag]
    return max(found, default=-1)
