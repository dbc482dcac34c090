"""The way of a job through its stages: their order, and what each one asks. A stage more is an entry more."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from stt.domain.jobs.claim import MERGE_RANK
from stt.domain.jobs.job import Stage


@dataclass(frozen=True)
class ChunksLeft:
    """What the way of a job depends on: whether it has chunks that wait for its language, and any not settled."""

    undecided: bool
    unsettled: bool


@dataclass(frozen=True)
class StageRule:
    """Whether a job has to go through a stage, and how.

    It is worked at as a whole there, or chunk by chunk; `rank` is its place in the order of work, if it gets a new one.
    """

    is_due: Callable[[ChunksLeft], bool]
    as_a_whole: bool = True
    rank: int | None = None


RULES: Mapping[Stage, StageRule] = {
    Stage.PREPARE: StageRule(lambda _: True),
    Stage.DETECT: StageRule(lambda left: left.undecided),
    Stage.TRANSCRIBE: StageRule(lambda left: left.unsettled, as_a_whole=False),
    Stage.MERGE: StageRule(lambda _: True, rank=MERGE_RANK),
    Stage.REDO: StageRule(lambda _: False, rank=MERGE_RANK),
}
"""In the order of the stages."""


def stage_after(stage: Stage, left: ChunksLeft) -> Stage:
    """The next one that is due; raises `StopIteration` behind the last."""
    order = list(RULES)
    return next(later for later in order[order.index(stage) + 1 :] if RULES[later].is_due(left))
