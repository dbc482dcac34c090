import json

import pytest

from stt.domain.formats.rendering import Format, render, timed
from stt.domain.transcript import Segment

DOCUMENT = {
    "text": "xin chào",
    "duration": 1.5,
    "segments": [{"id": 0, "start": 0.2, "end": 1.1, "text": "xin chào", "words": []}],
    "coverage": {"ratio": 1.0},
}


def test_text_is_the_text_alone():
    assert render(DOCUMENT, Format.TXT) == "xin chào\n"


def test_json_is_the_whole_document_with_letters_as_they_are():
    assert json.loads(render(DOCUMENT, Format.JSON)) == DOCUMENT
    assert "chào" in render(DOCUMENT, Format.JSON)


def test_subtitles_are_in_the_format_asked_for():
    assert render(DOCUMENT, Format.SRT) == "1\n00:00:00,200 --> 00:00:01,200\nxin chào\n\n"
    assert render(DOCUMENT, Format.VTT) == "WEBVTT\n\n1\n00:00:00.200 --> 00:00:01.200\nxin chào\n\n"


def test_subtitles_end_with_the_file():
    assert " --> 00:00:01,150\n" in render(DOCUMENT | {"duration": 1.15}, Format.SRT)


def test_a_table_has_a_row_for_each_segment_with_milliseconds():
    segments = [
        {"id": 0, "start": 0.2004, "end": 1.1, "text": "xin\tchào ", "words": []},
        {"id": 1, "start": 1.25, "end": 2.0, "text": "bạn", "words": [], "channel": 1},
    ]
    table = render(DOCUMENT | {"segments": segments}, Format.TSV)
    assert table == "start\tend\ttext\n200\t1100\txin chào\n1250\t2000\t[2] bạn\n"


@pytest.mark.parametrize("form", Format)
def test_a_job_that_still_runs_is_written_in_every_form(form):
    so_far = {**DOCUMENT, "duration": None, "until": 1.5}
    assert "xin chào" in render(so_far, form)


def test_text_and_json_need_more_than_segments():
    with pytest.raises(ValueError, match="txt"):
        timed([Segment.from_dict(DOCUMENT["segments"][0])], 1.5, Format.TXT)
