from hypothesis import given
from hypothesis import strategies as st

from stt.domain.access.rate import Rate

gaps = st.lists(st.floats(0, 100), max_size=200)


@given(st.integers(1, 50), st.floats(1, 100), gaps)
def test_no_window_has_more_than_twice_the_quota_and_the_long_run_has_the_quota(quota, window, gaps):
    rate, now, done = Rate(quota, window), 1000.0, []
    for gap in gaps:
        now += gap
        turn = rate.take(now)
        assert turn.wait >= 0
        if not turn.wait:
            done.append(now)
    for begin in done:
        assert sum(begin <= moment < begin + window for moment in done) <= 2 * quota
    assert len(done) <= quota + (now - 1000.0) / window * quota + 1


@given(st.integers(1, 50), st.floats(1, 100))
def test_the_quota_may_be_used_at_once_and_is_back_after_the_window(quota, window):
    rate = Rate(quota, window)
    turns = [rate.take(5.0) for _ in range(quota + 1)]
    assert [turn.left for turn in turns] == [*range(quota - 1, -1, -1), 0]
    assert [bool(turn.wait) for turn in turns] == [False] * quota + [True]
    assert not rate.take(5.0 + turns[-1].wait).wait
    assert rate.take(5.0 + turns[-1].wait + 2 * window).left == quota - 1
