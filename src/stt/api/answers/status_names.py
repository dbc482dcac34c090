"""The names of HTTP's statuses, the same on every Python: since 3.13 some are those of RFC 9110."""

from http import HTTPStatus

_RENAMED = {
    HTTPStatus(413): "Content Too Large",
    HTTPStatus(414): "URI Too Long",
    HTTPStatus(416): "Range Not Satisfiable",
    HTTPStatus(422): "Unprocessable Content",
}


def phrase_of(status: HTTPStatus) -> str:
    """What a status is called (RFC 9110 §15)."""
    return _RENAMED.get(status, status.phrase)


def code_of(status: HTTPStatus) -> str:
    """The same as a code, where an error has none of its own."""
    return phrase_of(status).lower().replace(" ", "_").replace("-", "_")
