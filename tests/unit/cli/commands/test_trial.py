import io

from rich.console import Console

from stt.cli.commands.trial import _clock, _table


def test_times_are_hours_minutes_seconds_and_never_sixty():
    assert [_clock(seconds) for seconds in (0, 59.94, 59.96, 3599.99, 36000.1)] == [
        "0:00:00.0", "0:00:59.9", "0:01:00.0", "1:00:00.0", "10:00:00.1",
    ]  # fmt: skip


def test_the_table_has_every_segment_as_it_is():
    segments = [{"start": 0.5, "end": 2.0, "text": "[b]xin[/b] chào"}, {"start": 2.0, "end": 3.25, "text": "bạn"}]
    screen = io.StringIO()
    Console(file=screen, width=80).print(_table({"duration": 3.25, "language": "vi", "segments": segments}))
    shown = screen.getvalue()
    assert "[b]xin[/b] chào" in shown
    assert "0:00:02.0" in shown
    assert "bạn" in shown
