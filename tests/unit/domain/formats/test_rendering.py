import io
import json
from dataclasses import replace

import docx
import pytest

from stt.domain.formats.limits import CueLimits
from stt.domain.formats.rendering import Format, render, timed
from stt.domain.transcripts.decoding import Decoding
from stt.domain.transcripts.transcript import Segment, Word

DOCUMENT = {
    "text": "xin chào",
    "language": "vi",
    "duration": 1.5,
    "segments": [{"id": 0, "start": 0.2, "end": 1.1, "text": "xin chào", "words": []}],
    "coverage": {"ratio": 1.0},
}


def texts(file):
    """The paragraphs of a Word document, as another program reads it."""
    return [paragraph.text for paragraph in docx.Document(io.BytesIO(file)).paragraphs]


def test_text_is_the_text_alone():
    assert render(DOCUMENT, Format.TXT).decode() == "xin chào\n"


def test_json_is_the_whole_document_with_letters_as_they_are():
    assert json.loads(render(DOCUMENT, Format.JSON)) == DOCUMENT
    assert "chào".encode() in render(DOCUMENT, Format.JSON)


def test_subtitles_are_in_the_format_asked_for():
    assert render(DOCUMENT, Format.SRT).decode() == "1\n00:00:00,200 --> 00:00:01,200\nxin chào\n\n"
    assert render(DOCUMENT, Format.VTT).decode() == "WEBVTT\n\n1\n00:00:00.200 --> 00:00:01.200\nxin chào\n\n"


def test_subtitles_end_with_the_file():
    assert b" --> 00:00:01,150\n" in render(DOCUMENT | {"duration": 1.15}, Format.SRT)


def test_a_table_has_a_row_for_each_segment_with_milliseconds():
    segments = [
        {"id": 0, "start": 0.2004, "end": 1.1, "text": "xin\tchào ", "words": []},
        {"id": 1, "start": 1.25, "end": 2.0, "text": "bạn", "words": [], "channel": 1},
    ]
    table = render(DOCUMENT | {"segments": segments}, Format.TSV).decode()
    assert table == "start\tend\ttext\n200\t1100\txin chào\n1250\t2000\t[2] bạn\n"


@pytest.mark.parametrize("form", [form for form in Format if form is not Format.RTTM])
def test_a_job_that_still_runs_is_written_in_every_form(form):
    so_far = {**DOCUMENT, "duration": None, "until": 1.5}
    file = render(so_far, form)
    assert "xin chào" in (texts(file)[-1] if form is Format.DOCX else file.decode())


def test_text_and_json_need_more_than_segments():
    with pytest.raises(ValueError, match="txt"):
        timed([Segment.from_dict(DOCUMENT["segments"][0])], 1.5, Format.TXT)


def test_a_word_document_has_a_title_and_paragraphs_with_their_times():
    segments = [
        {"start": 0.0, "end": 1.0, "text": "Ông A & <B> nói \x0bgì?", "words": []},
        {"start": 3723.9, "end": 3725.0, "text": "Không.", "words": [], "channel": 1},
    ]
    file = render(DOCUMENT | {"segments": segments, "filename": "họp.mp3"}, Format.DOCX)
    assert texts(file) == ["họp.mp3", "00:00:00 Ông A & <B> nói gì?", "01:02:03 [2] Không."]
    read = docx.Document(io.BytesIO(file))
    assert [paragraph.style.name for paragraph in read.paragraphs] == ["Title", "Normal", "Normal"]
    assert 'w:lang w:val="vi"' in read.styles.element.xml
    assert file == render(DOCUMENT | {"segments": segments, "filename": "họp.mp3"}, Format.DOCX)


def test_verbose_json_is_as_openai_has_it():
    word, heard = Word("chào", 0.2, 1.1, 0.9), Decoding(avg_logprob=-0.5, seek=0.25)
    segment = replace(Segment(0.2, 1.1, "chào", (word,)), decoding=heard)
    document = json.loads(
        render(DOCUMENT | {"segments": [segment.to_dict()], "task": "translate"}, Format.VERBOSE_JSON)
    )
    assert document["words"] == [{"word": "chào", "start": 0.2, "end": 1.1, "probability": 0.9}]
    assert (document["task"], document["language"], document["text"]) == ("translate", "vietnamese", "chào")
    assert document["segments"][0] | {"text": " chào", "seek": 25, "avg_logprob": -0.5} == document["segments"][0]


def test_subtitles_keep_the_limits_that_are_asked_for():
    words = [Word(f"từ{n}", n * 0.5, n * 0.5 + 0.4, 0.9) for n in range(60)]
    segment = Segment(0.0, 30.0, " ".join(word.word for word in words), tuple(words))
    file = timed([segment], 30.0, Format.SRT, CueLimits(line_characters=12, lines=3, longest_ms=2500))
    cues = [entry.split("\n")[1:] for entry in file.strip().split("\n\n")]
    assert max(len(lines) - 1 for lines in cues) == 3
    assert all(len(line) <= 12 for _, *lines in cues for line in lines)
    assert " ".join(line for _, *lines in cues for line in lines).split() == segment.text.split()
