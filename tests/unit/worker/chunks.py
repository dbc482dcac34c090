"""Chunks of twenty seconds, and what was heard in them."""

from hypothesis import strategies as st

from stt.domain.jobs.chunk import ChunkPlan, Span
from tests.unit.worker.spoken import say

SECONDS = 20.0
WHOLE = Span(0.0, SECONDS)


def plan_of(*speech: tuple[float, float], owned: Span = WHOLE) -> ChunkPlan:
    """A chunk with speech from and to these seconds."""
    return ChunkPlan(0, owned, WHOLE, tuple(Span(*span) for span in speech))


@st.composite
def heard_chunks(draw):
    """A plan, and segments that need not lie where its speech does."""
    clock, spans = 0.0, []
    for pause, length in draw(st.lists(st.tuples(st.floats(0.05, 2), st.floats(0.05, 3)), max_size=6)):
        spans.append((clock + pause, min(SECONDS, clock + pause + length)))
        clock += pause + length
    said = draw(st.lists(st.tuples(st.floats(0, 19), st.integers(1, 6)), max_size=5))
    plan = plan_of(*(span for span in spans if span[0] < span[1]))
    return plan, [say(" ".join("abcdef"[:count]), start) for start, count in said]
