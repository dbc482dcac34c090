"""Samples are addressed by their place in the stream."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from stt.worker.cutting.backlog import Backlog


@given(st.lists(st.integers(0, 40), max_size=12), st.data())
def test_a_slice_is_the_same_as_of_the_whole_stream(lengths, data):
    stream = np.arange(sum(lengths), dtype=np.int16)
    backlog = Backlog()
    dropped = 0
    for length in lengths:
        backlog.append(stream[backlog.end : backlog.end + length])
        dropped = data.draw(st.integers(dropped, backlog.end))
        backlog.drop_before(dropped)
        start = data.draw(st.integers(dropped, backlog.end))
        end = data.draw(st.integers(start, backlog.end))
        assert backlog.slice(start, end).tolist() == stream[start:end].tolist()
        assert len(backlog) <= backlog.end - dropped + max(lengths)
