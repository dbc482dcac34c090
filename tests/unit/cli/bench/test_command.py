import json
import re
from pathlib import Path

import numpy as np
import pytest

from stt.cli.bench import comparison as outcome_of
from stt.cli.bench import layouts, measuring
from stt.cli.bench.layouts import Contest, Observer
from stt.cli.bench.trial import Trial
from stt.core.config import Settings
from stt.domain.whisper.engine import Engine
from stt.worker.errors import EngineCrashed
from stt.worker.inference.layout import Layout
from stt.worker.inference.space import Space

GIGABYTE = 2**30
CURRENT = Layout(Engine.FASTER_WHISPER, "cpu", "default", children=4, threads=1, batch_size=8)
CPP = Layout(Engine.WHISPER_CPP, "cpu", None, children=4, threads=1, batch_size=8)


@pytest.fixture
def clock(monkeypatch):
    """Seconds that pass only by trials."""
    now = [0.0]
    monkeypatch.setattr(layouts.time, "monotonic", lambda: now[0])
    return now


@pytest.fixture
def contest(monkeypatch, clock):
    """A contest on a machine that does `speed(layout)` windows per second and has 8 GB of memory."""

    def on(speed, *, seconds=4.0, child_memory=GIGABYTE):
        async def try_out(layout, request, windows, seconds):
            windows_per_second = speed(layout)
            clock[0] += max(seconds, layout.children * layout.batch_size / windows_per_second)
            return Trial(windows_per_second, child_memory)

        monkeypatch.setattr(layouts, "try_out", try_out)
        models = {Engine.FASTER_WHISPER: Path("ct2"), Engine.WHISPER_CPP: Path("model.bin")}
        return Contest(models, [np.zeros(480_000, np.int16)], seconds=seconds, beam_size=5, memory=8 * GIGABYTE)

    return on


def spaces(*starts, numbers=("float32", "int8")):
    return {start: Space.around(start, 4, numbers) for start in starts}


def fast(layout):
    """int8 is twice as fast, single threads are best, whisper.cpp is half as fast."""
    return 4.0 * layout.children * (1 + (layout.compute_type == "int8")) / (1 + (layout.engine == "whisper.cpp"))


async def test_the_best_of_both_engines_wins_and_the_settings_are_measured_against_it(contest):
    comparison = await contest(fast).run(CURRENT, spaces(CURRENT, CPP), Observer())
    assert comparison.best.layout.compute_type == "int8"
    assert comparison.current.layout == CURRENT
    assert comparison.share == 0.5
    assert {one.layout.engine for one in comparison.measured} == {"faster-whisper", "whisper.cpp"}
    assert [one.speed for one in comparison.measured] == sorted(
        (one.speed for one in comparison.measured), reverse=True
    )


async def test_processes_that_memory_has_no_room_for_are_not_started(contest):
    comparison = await contest(fast, child_memory=4 * GIGABYTE).run(CURRENT, spaces(CURRENT), Observer())
    assert all(
        one.layout.children < 2 for one in comparison.measured if one.layout != CURRENT and one.layout.batch_size > 1
    )


async def test_it_keeps_to_its_time_where_windows_take_long(contest, clock):
    starts = spaces(CURRENT, CPP)
    comparison = await contest(lambda layout: fast(layout) / 20).run(CURRENT, starts, Observer())
    assert clock[0] <= Contest.limit(list(starts.values()), 4.0)
    assert comparison.current.layout.batch_size < CURRENT.batch_size
    assert comparison.current.finals


async def test_rounds_are_left_out_rather_than_time_overrun(contest, clock):
    starts = spaces(CURRENT)
    comparison = await contest(lambda layout: 0.01).run(CURRENT, starts, Observer())
    assert len(comparison.shares) == 1
    assert comparison.cut_short


async def test_a_layout_that_crashes_is_told_and_not_chosen(contest, monkeypatch):
    on = contest(fast)
    works = layouts.try_out

    async def crashing(layout, *rest):
        if layout.compute_type == "int8":
            raise EngineCrashed("It was killed.")
        return await works(layout, *rest)

    monkeypatch.setattr(layouts, "try_out", crashing)
    comparison = await on.run(CURRENT, spaces(CURRENT), Observer())
    assert comparison.best.layout.compute_type != "int8"
    assert "It was killed." in {one.trouble for one in comparison.measured}


async def test_a_person_reads_a_table_the_lines_and_a_verdict(contest, capsys):
    comparison = await contest(fast).run(CURRENT, spaces(CURRENT), Observer())
    outcome_of.show(comparison)
    told = capsys.readouterr()
    assert re.search(r"faster-whisper int8 .* 32.00 +960.0 +1074 +best", told.out)
    assert re.search(r"faster-whisper default .* 16.00 +480.0 +1074 +as set", told.out)
    assert "\nSTT_CHILDREN=4\nSTT_THREADS=1\n" in told.out
    assert "do 50 % of the best found" in told.err


async def test_of_numbers_that_are_those_of_a_file_nothing_is_said(contest, capsys):
    comparison = await contest(fast).run(CPP, spaces(CPP), Observer())
    outcome_of.show(comparison)
    told = capsys.readouterr().out
    assert re.search(r"whisper.cpp - .* 8.00 +240.0 +1074 ", told)
    assert "STT_ENGINE=whisper.cpp" in told
    assert "STT_COMPUTE_TYPE" not in told
    assert outcome_of.described(CPP) == "whisper.cpp, 4 x 1 threads, batches of 8"
    assert {layout["compute_type"] for layout in outcome_of.as_document(comparison)["layouts"]} == {None}


async def test_whisper_cpp_computes_in_the_numbers_of_its_file():
    settings = Settings(_env_file=None, engine=Engine.WHISPER_CPP, device="cpu", children=1)
    (start,) = await measuring.starts(settings, [Engine.WHISPER_CPP])
    assert (start.engine, start.compute_type) == ("whisper.cpp", None)


def test_a_real_machine_is_measured_with_the_demo_model(stt, monkeypatch):
    monkeypatch.setenv("STT_BEAM_SIZE", "1")
    monkeypatch.setenv("STT_WINDOW_SECONDS", "2")
    monkeypatch.setattr(layouts, "ROUNDS", 1)
    monkeypatch.setattr(layouts, "FINALISTS", 1)
    monkeypatch.setattr("stt.cli.bench.measuring.WORTH_A_TRIAL", ())
    monkeypatch.setattr("stt.cli.bench.measuring.usable_cores", lambda: 1)
    monkeypatch.setenv("STT_CHILDREN", "1")
    monkeypatch.setenv("STT_THREADS", "1")
    monkeypatch.setattr("stt.worker.inference.space.CPU_BATCHES", (1,))
    monkeypatch.setenv("STT_BATCH_SIZE", "2")
    outcome = stt("bench", "--seconds", "0.1", "--engine", "faster-whisper", "--json")
    assert outcome.code == 0
    assert "says little about" in outcome.err
    assert re.search(r"minutes at most", outcome.err)
    told = json.loads(outcome.out)
    assert told["env"]["STT_ENGINE"] == "faster-whisper"
    assert set(told["best"]) > {"children", "threads", "batch_size", "compute_type", "device"}
    assert told["settings"]["share_of_best"] > 0
    assert all(layout["times_real_time"] >= 0 for layout in told["layouts"])


def test_a_model_that_is_not_there_is_named(stt):
    outcome = stt("bench", "--model", "large-v3")
    assert outcome.code == 1
    assert "stt models pull large-v3" in outcome.err
