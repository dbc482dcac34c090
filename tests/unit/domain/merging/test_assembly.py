"""One transcript out of the chunks of a job."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from stt.domain.access.owner import ANONYMOUS
from stt.domain.jobs.chunk import Chunk, ChunkPlan, ChunkStatus, Span
from stt.domain.jobs.claim import Priority
from stt.domain.jobs.guidance import Guidance, Task, ToneMarks
from stt.domain.jobs.job import Job, JobStatus, Stage
from stt.domain.merging.assembly import assemble, tracks_of
from stt.domain.transcripts.note import Note
from stt.domain.transcripts.transcript import Gap, Suppressed, Transcript
from tests.unit.worker.spoken import say

NOW = datetime(2026, 1, 1, tzinfo=UTC)
JOB = Job(
    ANONYMOUS,
    "j", JobStatus.PROCESSING, Stage.MERGE, "f", "k", "vi", "demo", None, Priority.NORMAL, None, 1, 20.0, None,
    0.0, 1, 0, None, None, None, None, 0, NOW, None, None,
)  # fmt: skip


def chunk(index, start, end, *segments, channel=None, status=ChunkStatus.COMPLETED, **rest):
    span = Span(start, end)
    plan = ChunkPlan(index, span, span, (span,), channel)
    return Chunk(f"c{index}", "j", plan, "k", status, segments, rest.pop("gaps", ()), None, **rest)


def transcript(*chunks, job=JOB, again=None):
    return assemble(job, tracks_of(chunks), again or {}, engine="faster-whisper", now=NOW)


def test_chunks_become_one_text_and_one_account():
    result = transcript(chunk(0, 0, 1, say("một hai ba bốn")), chunk(1, 10, 11, say("năm sáu bảy tám", 10.0)))
    assert result.text == "một hai ba bốn\n\nnăm sáu bảy tám"
    assert (result.coverage.words, result.coverage.silence, result.gaps) == (2.0, 18.0, ())
    assert Transcript.from_dict(result.to_dict()) == result


def test_channels_are_joined_each_on_its_own_and_labelled():
    """What both say at the same moment stays both, which a merge of all chunks in a row would take for an overlap."""
    caller = [chunk(0, 0, 2, say("xin chào anh", 0.5), channel=0), chunk(2, 2, 4, say("vâng", 2.5), channel=0)]
    called = [chunk(1, 0, 3, say("xin chào em", 0.5), channel=1), chunk(3, 3, 4, channel=1)]
    result = transcript(caller[0], called[0], caller[1], called[1])
    assert [(s.channel, s.text) for s in result.segments] == [(0, "xin chào anh"), (1, "xin chào em"), (0, "vâng")]
    assert Gap(1.25, 4.0, "no_words", 1) in result.gaps


def test_what_was_left_out_and_what_failed_is_listed():
    invented = Suppressed(1.0, 1.9, "hẹn gặp lại", "hallucination")
    result = transcript(
        chunk(0, 0, 1, say("một hai ba bốn", 0.0), suppressed=(invented,)),
        chunk(1, 2, 4, gaps=(Gap(2.0, 4.0, "engine_timeout"),)),
        chunk(2, 4, 6, status=ChunkStatus.FAILED),
        job=replace(JOB, broke_off=6.0, notes=(Note("damaged", "More."),)),
    )
    assert result.suppressed == (invented,)
    assert result.gaps == (Gap(2.0, 4.0, "engine_timeout"), Gap(4.0, 6.0, "chunk_failed"))
    assert (result.broke_off, result.notes) == (6.0, (Note("damaged", "More."),))
    assert Transcript.from_dict(result.to_dict()) == result


@pytest.mark.parametrize(
    ("style", "text"), [(ToneMarks.OLD, "hòa thủy"), (ToneMarks.NEW, "hoà thuỷ"), (ToneMarks.AS_WRITTEN, "hòa thuỷ")]
)
def test_tone_marks_stand_where_the_job_wants_them(style, text):
    result = transcript(chunk(0, 0, 2, say("hòa thuỷ")), job=replace(JOB, guidance=Guidance(tone_marks=style)))
    assert result.text == result.segments[0].text == " ".join(word.word for word in result.segments[0].words) == text


def test_what_is_not_vietnamese_keeps_its_spelling():
    new = Guidance(tone_marks=ToneMarks.NEW)
    for job in (
        replace(JOB, language="en", guidance=new),
        replace(JOB, guidance=replace(new, task=Task.TRANSLATE)),
    ):
        assert transcript(chunk(0, 0, 2, say("hòa")), job=job).text == "hòa"


def test_a_file_in_which_nobody_speaks_has_an_empty_transcript():
    result = transcript(chunk(0, 0, 20), job=replace(JOB, language="auto"))
    assert (result.text, result.segments, result.language) == ("", (), "und")
