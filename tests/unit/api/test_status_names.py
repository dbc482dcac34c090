"""Codes and titles are part of the interface, and the same on every Python."""

from http import HTTPStatus

import pytest

from stt.api.answers.status_names import code_of, phrase_of


@pytest.mark.parametrize(
    ("status", "phrase", "code"),
    [
        (404, "Not Found", "not_found"),
        (413, "Content Too Large", "content_too_large"),
        (414, "URI Too Long", "uri_too_long"),
        (416, "Range Not Satisfiable", "range_not_satisfiable"),
        (422, "Unprocessable Content", "unprocessable_content"),
        (431, "Request Header Fields Too Large", "request_header_fields_too_large"),
        (507, "Insufficient Storage", "insufficient_storage"),
    ],
)
def test_a_status_has_the_name_of_the_standard(status, phrase, code):
    assert (phrase_of(HTTPStatus(status)), code_of(HTTPStatus(status))) == (phrase, code)
