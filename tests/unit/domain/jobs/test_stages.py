"""The way of a job through its stages."""

import pytest

from stt.domain.jobs.job import Stage
from stt.domain.jobs.stages import RULES, ChunksLeft, stage_after


def way(*, undecided, unsettled):
    """The stages of a job that is prepared, while its chunks stay as they are."""
    stages, left = [Stage.PREPARE], ChunksLeft(undecided, unsettled)
    while stages[-1] is not Stage.MERGE:
        stages.append(stage_after(stages[-1], left))
    return stages


def test_every_stage_has_its_rule():
    assert set(RULES) == set(Stage)


def test_a_job_goes_through_the_stages_that_are_due():
    assert way(undecided=True, unsettled=True) == [Stage.PREPARE, Stage.DETECT, Stage.TRANSCRIBE, Stage.MERGE]
    assert way(undecided=False, unsettled=True) == [Stage.PREPARE, Stage.TRANSCRIBE, Stage.MERGE]
    assert way(undecided=False, unsettled=False) == [Stage.PREPARE, Stage.MERGE]


def test_behind_the_last_there_is_none():
    with pytest.raises(StopIteration):
        stage_after(Stage.MERGE, ChunksLeft(undecided=False, unsettled=False))


def test_only_transcription_is_done_chunk_by_chunk():
    assert [stage for stage, rule in RULES.items() if not rule.as_a_whole] == [Stage.TRANSCRIBE]
