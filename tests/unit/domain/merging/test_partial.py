"""A transcript read while it grows: what was read stays, and nothing is read twice or missed."""

import random
from dataclasses import replace
from datetime import UTC, datetime
from functools import reduce
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stt.domain.access.owner import ANONYMOUS
from stt.domain.jobs.chunk import Chunk, ChunkPlan, ChunkStatus, Span
from stt.domain.jobs.claim import Priority
from stt.domain.jobs.guidance import Channels, Guidance
from stt.domain.jobs.job import Job, JobStatus, Stage
from stt.domain.merging.assembly import assemble, tracks_of
from stt.domain.merging.merger import disputed_seams
from stt.domain.merging.partial import LOOKBACK_SECONDS, assemble_partial
from stt.domain.merging.seam import Hearing
from stt.domain.text.paragraphs import continued, running_text
from stt.domain.transcripts.transcript import Segment
from tests.unit.worker.spoken import say

NOW = datetime(2026, 1, 1, tzinfo=UTC)
JOB = Job(
    ANONYMOUS,
    "j", JobStatus.PROCESSING, Stage.PREPARE, "f", "k", "vi", "demo", None, Priority.NORMAL, None, 1, None, None,
    0.0, None, 0, None, None, None, None, 0, NOW, None, None,
)  # fmt: skip
OVERLAP = 3.0
PACE = 0.4


def partial(chunks, *, job=JOB, since=0.0, certain=False):
    """As the service asks for it: the chunks that the page needs, and the last of each channel."""
    last = {chunk.plan.channel: chunk for chunk in chunks}
    needed = [c for c in chunks if c.plan.owned.end > since - LOOKBACK_SECONDS or last[c.plan.channel] is c]
    return assemble_partial(job, needed, since=since, now=NOW, certain=certain)


def plans(draw, channel):
    """Chunks of 5 to 40 s without gaps, some cut inside speech, where the audio of both reaches over the cut."""
    lengths = draw(st.lists(st.integers(5, 40), min_size=1, max_size=8))
    cuts = [0.0, *(float(sum(lengths[: i + 1])) for i in range(len(lengths)))]
    reach = [0.0, *(OVERLAP * draw(st.booleans()) for _ in lengths[1:]), 0.0]
    for number, (start, end) in enumerate(pairwise(cuts)):
        audio = Span(start - reach[number], end + reach[number + 1])
        yield ChunkPlan(number, Span(start, end), audio, (audio,), channel)


def heard(plan, chance):
    """Lines of some words each, of which one in ten is misheard; now and then nothing at all."""
    words = list(range(round(plan.audio.start / PACE) + 1, int(plan.audio.end / PACE)))
    lines = []
    while words and chance.random() > 0.1:
        count = chance.randint(1, 30)
        line, words = words[:count], words[count:]
        text = " ".join(f"w{number}" if chance.random() < 0.9 else f"x{number}" for number in line)
        # As stored, with times in whole milliseconds.
        lines.append(Segment.from_dict(say(text, line[0] * PACE, pace=PACE).to_dict()))
    return tuple(lines)


@st.composite
def recordings(draw):
    """The chunks of one to three channels in the order in which they are cut, and their job."""
    count, chance = draw(st.sampled_from([1, 1, 2, 3])), random.Random(draw(st.integers(0, 10**6)))
    channels = [None] if count == 1 else range(count)
    cut = sorted((plan for channel in channels for plan in plans(draw, channel)), key=lambda plan: plan.owned.end)
    chunks = [
        Chunk("c", "j", replace(plan, index=i), "k", ChunkStatus.COMPLETED, heard(plan, chance), (), None)
        for i, plan in enumerate(cut)
    ]
    kept_apart = Guidance(channels=Channels.SEPARATE if count > 1 else Channels.MIXED)
    return chunks, replace(JOB, tracks=count, guidance=kept_apart)


@settings(max_examples=25)
@given(recordings())
def test_what_was_read_stays_as_it_was_while_chunks_are_added(recording):
    chunks, job = recording
    before = partial(chunks[:0], job=job)
    assert (before.until, before.transcript.segments) == (0.0, ())
    for count in range(1, len(chunks) + 1):
        now = partial(chunks[:count], job=job)
        kept = len(before.transcript.segments)
        assert now.until >= before.until
        assert now.transcript.segments[:kept] == before.transcript.segments
        assert all(segment.start >= before.until for segment in now.transcript.segments[kept:])
        before = now


@settings(max_examples=25)
@given(recordings(), st.lists(st.integers(1, 20), min_size=1, max_size=6))
def test_pages_read_one_after_another_are_the_whole(recording, steps):
    chunks, job = recording
    segments, until = (), 0.0
    for count in sorted({min(len(chunks), sum(steps[: i + 1])) for i in range(len(steps))} | {len(chunks)}):
        page = partial(chunks[:count], job=job, since=until)
        segments, until = segments + page.transcript.segments, page.until
    whole = partial(chunks, job=job)
    assert (segments, until) == (whole.transcript.segments, whole.until)


@settings(max_examples=25)
@given(recordings())
def test_a_finished_job_reads_as_its_transcript_does(recording):
    chunks, job = recording
    end = min(track.chunks[-1].plan.owned.end for track in tracks_of(chunks))
    whole = assemble(replace(job, duration=end), tracks_of(chunks), {}, engine="e", now=NOW)
    read = partial(chunks, job=job)
    assert read.transcript.segments == tuple(s for s in whole.segments if s.start < read.until)
    if job.tracks == 1:
        assert (read.until, read.transcript.coverage, read.transcript.text) == (end, whole.coverage, whole.text)


@settings(max_examples=40)
@given(recordings(), st.randoms(use_true_random=False))
def test_what_is_certain_is_what_the_transcript_will_say_whatever_is_heard_again(recording, chance):
    chunks, job = recording
    tracks = tracks_of(chunks)
    end = max(track.chunks[-1].plan.owned.end for track in tracks)
    again = {
        track.channel: {n: misheard_around(track, n, chance) for n in disputed_seams(track.pieces)} for track in tracks
    }
    whole = assemble(replace(job, duration=end), tracks, again, engine="e", now=NOW)
    text, since = "", 0.0
    for count in range(1, len(chunks) + 1):
        page = partial(chunks[:count], job=job, since=since, certain=True)
        text, since = reduce(continued, page.transcript.segments, text), page.until
        assert running_text(whole.segments).startswith(text)


def misheard_around(track, number, chance):
    """Three further hearings of a cut that hear something else each."""
    cut = track.spoken[number].plan.owned.start
    words = [f"w{round(cut / PACE) + place}" for place in range(-4, 5)]
    for _ in range(3):
        words[chance.randrange(len(words))] = "again"
    line = say(" ".join(words), cut - 4 * PACE, pace=PACE)
    return [Hearing(Span(cut - 6, cut + 6), line.words)] * 3


def chunk(index, start, end, *segments, channel=None, status=ChunkStatus.COMPLETED, reach=0.0):
    audio = Span(start, end + reach)
    return Chunk(
        "c", "j", ChunkPlan(index, Span(start, end), audio, (audio,), channel), "k", status, segments, (), None
    )


def test_a_line_that_both_sides_of_a_cut_hear_waits_for_the_other_side():
    lines = say("một hai", 1.0, pace=1.0), say("ba bốn năm", 6.0, pace=1.0)
    read = partial([chunk(0, 0, 10, *lines, reach=OVERLAP)])
    assert (read.until, [segment.text for segment in read.transcript.segments]) == (6.0, ["một hai"])
    assert partial([chunk(0, 0, 10, *lines)]).until == 10.0


def test_the_account_of_a_page_is_that_of_its_time_alone():
    chunks = [chunk(0, 0, 10, say("một hai", 0.0, pace=5.0)), chunk(1, 10, 20, status=ChunkStatus.FAILED)]
    coverage = partial(chunks, since=10.0).transcript.coverage
    assert (coverage.words, coverage.gap, coverage.silence) == (0.0, 10.0, 0.0)
    assert [gap.reason for gap in partial(chunks).transcript.gaps] == ["chunk_failed"]
    assert partial(chunks).transcript.coverage.words == 10.0


def test_behind_what_is_settled_there_is_nothing_and_it_is_said_where_that_is():
    read = partial([chunk(0, 0, 10, say("một hai", 1.0))], since=500.0)
    assert (read.until, read.complete, read.transcript.segments, read.transcript.text) == (10.0, False, (), "")


@pytest.mark.parametrize(("tracks", "until"), [(1, 0.0), (2, 10.0), (3, 0.0)])
def test_channels_that_are_apart_are_read_as_far_as_all_of_them_are_known(tracks, until):
    apart = [chunk(0, 0, 10, say("một", 1.0), channel=0), chunk(1, 0, 20, say("hai", 2.0), channel=1)]
    read = partial(apart, job=replace(JOB, tracks=tracks))
    assert (read.until, len(read.transcript.segments)) == (until, 2 if until else 0)
