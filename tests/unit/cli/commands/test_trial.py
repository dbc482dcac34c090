import io

from rich.console import Console

from stt.cli.commands.trial import _clock, _model_for, _table
from stt.cli.settings import load


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


def test_the_choice_of_a_model_is_told(capsys, tmp_path):
    assert _model_for(load()) == "medium"
    assert "default model, medium" in capsys.readouterr().err
    place = tmp_path / "data" / "models" / "base" / "ct2"
    place.mkdir(parents=True)
    (place / "model.bin").touch()
    assert _model_for(load()) == "base"
    told = capsys.readouterr().err
    assert "not installed: using base" in told
    assert "stt models pull medium" in told
