import contextlib
import io
import json
import os

import pytest
from rich.console import Console

from stt.cli import terminal
from stt.cli.escapes import escape_on_stdout
from stt.cli.terminal import write


@pytest.fixture
def screen(monkeypatch):
    """A terminal on stderr."""
    console = Console(file=io.StringIO(), force_terminal=True, width=100, highlight=False, markup=False)
    monkeypatch.setattr(terminal, "messages", console)
    return console.file


def test_a_terminal_gets_a_bar_for_each_thing_that_goes_on(screen):
    with terminal.progress() as show:
        show("Uploading", 40.0, "talk [1].mp3")
        show("Transcribing", 25.0, "merge")
    last = screen.getvalue().split("\r")[-1]
    assert "Uploading" in last
    assert "100%" in last
    assert "25%" in last
    assert "talk [1].mp3" in screen.getvalue()


def test_without_a_terminal_there_are_lines_and_no_control_characters(capsys):
    with terminal.progress() as show:
        show("Uploading", 0.0, "talk [1].mp3")
        show("Transcribing", 25.0, "merge")
    assert capsys.readouterr() == ("", "Uploading: 0 %, talk [1].mp3\nTranscribing: 25 %, merge\n")


def test_lines_come_now_and_then_only(capsys, monkeypatch):
    clock = 100.0
    monkeypatch.setattr(terminal.time, "monotonic", lambda: clock)
    with terminal.progress() as show:
        for second in range(30):
            clock = 100.0 + second
            show("Transcribing", float(second), "transcribe")
    lines = capsys.readouterr().err.splitlines()
    assert lines == [f"Transcribing: {percent} %, transcribe" for percent in (0, 10, 20)]


def test_the_end_is_told_once_however_soon_it_comes(capsys):
    with terminal.progress() as show:
        for percent in (0.0, 50.0, 100.0, 100.0):
            show("Fetching", percent, "base")
    assert capsys.readouterr().err.splitlines() == ["Fetching: 0 %, base", "Fetching: 100 %, base"]


def test_long_messages_and_brackets_stay_as_they_are(capsys):
    terminal.say("[bold]x[/bold] " + "word " * 60)
    assert capsys.readouterr().err == "[bold]x[/bold] " + "word " * 60 + "\n"


def written_on(encoding, text):
    stream = io.TextIOWrapper(io.BytesIO(), encoding=encoding)
    with contextlib.redirect_stdout(stream):
        escape_on_stdout()
        write(text)
    return stream.buffer.getvalue().decode(encoding)


@pytest.mark.parametrize("encoding", ["ascii", "latin-1", "cp1258", "utf-8"])
def test_a_transcript_is_written_whatever_the_terminal_can_show(encoding):
    text = "xin chào ế 😀 " + os.fsdecode(b"\xe1")
    shown = written_on(encoding, json.dumps({"text": text}, ensure_ascii=False))
    assert json.loads(shown) == {"text": text}


def test_letters_that_the_terminal_knows_stay_as_they_are():
    assert written_on("latin-1", "à ế") == "à \\u1ebf\n"
