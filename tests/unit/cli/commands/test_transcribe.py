import tempfile

import pytest

from stt.cli.errors import CommandError
from stt.domain.jobs.guidance import Channels, Guidance, Task, ToneMarks
from stt.services.jobs.job_service import JobService


@pytest.fixture
def temporary(monkeypatch, tmp_path):
    """Where temporary directories are made."""
    place = tmp_path / "tmp"
    place.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(place))
    return place


@pytest.mark.parametrize(
    ("name", "content", "options", "code"),
    [
        ("notes.txt", b"hello", [], "unsupported_format"),
        ("empty.mp3", b"", [], "file_empty"),
        ("list.mp3", b"#EXTM3U\n/etc/passwd\n", [], "content_mismatch"),
        ("a.mp3", b"ID3\x04" + bytes(2000), ["--language", "klingon"], "unknown_language"),
        ("a.mp3", b"ID3\x04" + bytes(2000), ["--model", "meduim"], "unknown_model"),
        ("a.mp3", b"ID3\x04" + bytes(2000), ["--prompt", "x" * 1001], "prompt_too_long"),
        ("a.mp3", b"ID3\x04" + bytes(2000), ["--hotwords", "x" * 1001], "hotwords_too_long"),
    ],
)
def test_what_cannot_begin_is_a_sentence_with_code_2(stt, tmp_path, temporary, name, content, options, code):
    file = tmp_path / name
    file.write_bytes(content)
    outcome = stt("transcribe", file, *options)
    assert (outcome.code, outcome.out) == (2, "")
    assert outcome.err.strip().endswith(f"({code})")
    assert "Traceback" not in outcome.err
    assert list(temporary.iterdir()) == []


@pytest.mark.parametrize(("output", "reason"), [("there", "is a folder"), ("nowhere/a.txt", "There is no folder")])
def test_a_transcript_that_could_not_be_written_is_not_begun(stt, tmp_path, temporary, monkeypatch, output, reason):
    monkeypatch.setattr("stt.cli.alone.transcribe_alone", None)
    (tmp_path / "there").mkdir()
    file = tmp_path / "a.mp3"
    file.write_bytes(b"ID3\x04" + bytes(2000))
    outcome = stt("transcribe", file, "--output", tmp_path / output)
    assert (outcome.code, outcome.out) == (2, "")
    assert reason in " ".join(outcome.err.replace("│", "").split())


def test_a_job_that_fails_is_its_reason_with_code_1_and_leaves_nothing(stt, tmp_path, temporary):
    file = tmp_path / "broken.wav"
    file.write_bytes(b"RIFF\x24\x00\x00\x00WAVE" + bytes(range(256)) * 200)
    outcome = stt("transcribe", file, "--model", "demo")
    assert (outcome.code, outcome.out) == (1, "")
    assert "(audio_unreadable)" in outcome.err.splitlines()[-1]
    assert list(temporary.iterdir()) == []


@pytest.mark.parametrize("model", ["demo", "path"])
def test_everything_asked_reaches_the_job(stt, tmp_path, temporary, monkeypatch, model):
    accepted = []

    async def noted(_service, _owner, _stored, options):
        accepted.append(options)
        raise CommandError("seen enough")

    monkeypatch.setattr(JobService, "accept", noted)
    file, model = tmp_path / "a.mp3", str(tmp_path) if model == "path" else model
    file.write_bytes(b"ID3\x04" + bytes(2000))
    asked = ["--task", "translate", "--prompt", "Biên bản.", "--hotwords", "OKR\nSaaS"]
    asked += ["--channels", "separate", "--tone-marks", "new", "--language", "multi", "--model", model]
    asked += ["--speakers", "2-4"]
    assert stt("transcribe", file, *asked).err.strip().endswith("seen enough")
    [options] = accepted
    assert options.guidance == Guidance(
        Task.TRANSLATE, "Biên bản.", "OKR\nSaaS", Channels.SEPARATE, ToneMarks.NEW, speakers="2-4"
    )
    assert (options.language, options.model) == ("multi", model)
