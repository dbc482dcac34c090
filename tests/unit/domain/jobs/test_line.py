"""Who goes before whom."""

import math

import pytest

from stt.domain.jobs.line import InLine, Kind, Line, Phase

MEDIUM, SMALL = Kind("medium", ""), Kind("small", "")
SPEEDS = {MEDIUM: 10.0, SMALL: 20.0}


def job(name, since, minutes, *, left=None, **more):
    left = minutes if left is None else left
    return InLine(name, more.pop("kind", MEDIUM), since, 60.0 * left, minutes, left, **more)


def work(jobs, name, consumers=1):
    line = Line(jobs, SPEEDS, consumers)
    return line.work(line.find(name))


def positions(*jobs):
    line = Line(jobs, SPEEDS)
    return {each.job_id: line.position(each) for each in line}


def test_one_alone_takes_what_it_is_long():
    assert work([job("talk", 0, 10)], "talk") == 60.0
    assert work([job("talk", 0, 10, left=4)], "talk") == 24.0


def test_a_clip_behind_a_long_file_waits_for_the_chunks_of_its_rank_alone():
    both = [job("long", 0, 600), job("clip", 1, 1)]
    assert work(both, "clip") == pytest.approx(6 + 6)
    assert work(both, "long") == pytest.approx(3600 + 6)
    assert positions(*both) == {"clip": 1, "long": 2}


def test_of_the_same_rank_those_that_came_before_go_first():
    clips = [job("third", 3, 1), job("first", 1, 1, kind=SMALL), job("second", 2, 1)]
    assert [work(clips, name) for name in ("first", "second", "third")] == pytest.approx([3.0, 9.0, 15.0])
    assert positions(*clips) == {"first": 1, "second": 2, "third": 3}


def test_priority_turns_and_waiting_move_ranks():
    ahead = positions(job("normal", 0, 2), job("urgent", 1, 16, forward=4), job("patient", 0, 8, forward=-1))
    assert ahead == {"urgent": 1, "normal": 2, "patient": 3}
    assert work([job("normal", 0, 2), job("urgent", 1, 16, forward=4)], "urgent") == pytest.approx(16 * 6 + 6)


def test_what_is_done_of_a_long_file_is_its_beginning():
    both = [job("long", 0, 600, left=599), job("clip", 1, 1)]
    assert work(both, "clip") == pytest.approx(6.0)


def test_several_consumers_are_left_with_one_at_the_last_chunk():
    assert work([job("clip", 0, 1)], "clip", consumers=4) == pytest.approx(4 * 6.0)
    assert work([job("talk", 0, 10)], "talk", consumers=4) == pytest.approx(60 + 3 * 6.0)


def test_what_nobody_knows_makes_nothing_up():
    unknown = job("unknown", 0, 1, kind=Kind("large-v3", ""))
    assert math.isinf(work([unknown, job("clip", 1, 1)], "clip"))
    assert work([unknown, job("clip", -1, 1)], "clip") == 6.0
    endless = InLine("endless", MEDIUM, 0.0, math.inf, 1, 1, is_prepared=False)
    assert math.isinf(work([endless], "endless"))
    assert work([endless, job("urgent", 1, 1, forward=4)], "urgent") == 6.0


def test_what_is_merged_has_nothing_before_it():
    merging = job("merging", 5, 10, left=0)
    assert work([job("clip", 0, 1), merging], "merging") == 0.0
    assert positions(job("clip", 0, 1), merging) == {"merging": 1, "clip": 2}
    assert [each.phase for each in (merging, job("a", 0, 2), job("b", 0, 2, is_prepared=False))] == [
        Phase.BEGUN,
        Phase.CUT,
        Phase.ARRIVED,
    ]
