"""Windows that may loop, heard again as shorter ones."""

from stt.domain.merging.merger import Piece
from stt.worker.cutting.windows import plan_windows
from stt.worker.recognition.loops import shorter_windows
from tests.unit.worker.chunks import plan_of


def test_shorter_windows_hear_nothing_beyond_the_window_and_another_spectrum():
    plan = plan_of((1.0, 3.8), (4.4, 8.0), (8.35, 15.0))
    window = next(window for window in plan_windows(plan, 8.0) if window.audio.start < 4.0)
    shorter = shorter_windows(plan, Piece(window.audio, window.owned, ()), 8.0)
    assert len(shorter) == 2
    assert shorter[-1].audio.end == window.audio.end < 8.35
    assert 0.002 < shorter[0].audio.start - window.audio.start < 0.008, "whole steps of 0.01 would be the same spectrum"
    assert (shorter[0].owned.start, shorter[-1].owned.end) == (window.owned.start, window.owned.end)
