import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from stt.worker.speakers.linkage import joins_of, labels_after


def by_trying_all(distances, sizes):
    """The nearest pair on average, again and again, from the single distances."""
    clusters = [[n] for n in range(len(sizes))]
    heights = []
    while len(clusters) > 1:

        def apart(a, b):
            weights = np.outer([sizes[n] for n in a], [sizes[n] for n in b])
            return float((distances[np.ix_(a, b)] * weights).sum() / weights.sum())

        pairs = [(apart(a, b), i, j) for i, a in enumerate(clusters) for j, b in enumerate(clusters) if i < j]
        height, i, j = min(pairs)
        heights.append(height)
        clusters[i] = clusters[i] + clusters.pop(j)
    return heights


@settings(max_examples=40, deadline=None)
@given(st.integers(1, 9), st.integers(0, 2**16))
def test_chains_find_what_trying_all_pairs_finds(count, seed):
    draw = np.random.default_rng(seed)
    distances = draw.random((count, count)).astype(np.float32)
    distances = (distances + distances.T) / 2
    sizes = draw.integers(1, 4, count).astype(np.float32)
    joins = joins_of(distances.copy(), sizes)
    np.testing.assert_allclose([join.distance for join in joins], by_trying_all(distances, sizes), rtol=1e-4)
    assert labels_after(joins, count).max() == 0
    assert sorted(labels_after([], count)) == list(range(count))


def test_labels_are_numbered_by_first_members():
    points = np.array([0.0, 10.0, 0.1, 10.1, 0.2], np.float32)
    joins = joins_of(np.abs(points[:, None] - points), np.ones(5, np.float32))
    assert labels_after(joins[:3], 5).tolist() == [0, 1, 0, 1, 0]
