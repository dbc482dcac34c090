import pytest

from stt.cli.delivery import deliver
from stt.cli.errors import CommandError, WrongUse
from stt.domain.formats.rendering import Format

DOCUMENT = {
    "text": "xin chào",
    "duration": 1.5,
    "segments": [{"id": 0, "start": 0.2, "end": 1.1, "text": "xin chào", "words": []}],
    "coverage": {"ratio": 1.0},
}


def test_a_result_goes_to_stdout_or_into_the_file_named(tmp_path, capsys):
    deliver(DOCUMENT, Format.TXT)
    assert capsys.readouterr() == ("xin chào\n", "")
    deliver(DOCUMENT, Format.TXT, tmp_path / "out.txt")
    assert (tmp_path / "out.txt").read_text(encoding="utf-8") == "xin chào\n"
    assert capsys.readouterr() == ("", "")


def test_what_there_is_to_know_about_the_file_goes_to_stderr(capsys):
    deliver(DOCUMENT | {"notes": [{"code": "damaged", "message": "A third cannot be decoded."}]}, Format.TXT)
    assert capsys.readouterr() == ("xin chào\n", "A third cannot be decoded.\n")


def test_a_file_that_cannot_be_written_is_a_sentence(tmp_path):
    with pytest.raises(CommandError, match=r"Cannot write .*: No such file or directory"):
        deliver(DOCUMENT, Format.TXT, tmp_path / "nowhere" / "out.txt")


def test_a_word_document_goes_into_a_file_or_a_pipe_and_to_no_terminal(tmp_path, capsysbinary, monkeypatch):
    document = DOCUMENT | {"language": "vi"}
    deliver(document, Format.DOCX)
    assert capsysbinary.readouterr().out.startswith(b"PK")
    deliver(document, Format.DOCX, tmp_path / "out.docx")
    assert (tmp_path / "out.docx").read_bytes().startswith(b"PK")
    monkeypatch.setattr("sys.stdout.isatty", lambda: True)
    with pytest.raises(WrongUse, match="--output"):
        deliver(document, Format.DOCX)
