"""What `stt try` takes where the person has not said."""

import pytest

from stt.cli.commands import choice
from stt.cli.commands.choice import choose
from stt.cli.settings import load
from stt.worker.errors import ModelUnavailable
from stt.worker.models import ModelStore
from stt.worker.models.store import PACKAGED

TALK = PACKAGED / "talk-en.flac"


@pytest.fixture
def install(tmp_path):
    def install(name):
        place = tmp_path / "data" / "models" / name / "ct2"
        place.mkdir(parents=True)
        (place / "model.bin").touch()

    return install


class Source:
    """Has every model, and remembers who was asked for; `reason` is why it has none."""

    def __init__(self):
        self.asked = []
        self.reason = None


@pytest.fixture
def source(monkeypatch, install):
    source = Source()

    def pull(_, name, engine, progress):
        source.asked.append((name, str(engine)))
        progress(1, 2)
        if source.reason:
            raise ModelUnavailable(source.reason)
        install(name)

    monkeypatch.setattr(ModelStore, "pull", pull)
    return source


def test_a_talk_by_a_real_model_that_is_fetched_once(source, capsys):
    for _ in range(2):
        chosen = choose(load(), None, None, None)
        assert (chosen.file, chosen.model, chosen.language) == (TALK, "base", "en")
        assert "Using base" in capsys.readouterr().err
    assert source.asked == [("base", "faster-whisper")]


def test_the_demo_model_where_no_real_one_can_be_had_and_why(source, capsys):
    source.reason = "There is no network."
    chosen = choose(load(), None, None, None)
    assert (chosen.file, chosen.model, chosen.language) == (PACKAGED / "sample-vi.flac", "demo", "vi")
    told = capsys.readouterr().err
    assert "base could not be had. There is no network." in told
    assert "two hundred words" in told


@pytest.mark.usefixtures("source")
def test_what_takes_longer_than_two_minutes_is_given_up(monkeypatch, capsys):
    monkeypatch.setattr(choice, "PATIENCE_SECONDS", -1)
    assert choose(load(), None, None, None).model == "demo"
    assert "'stt models pull base' goes on" in capsys.readouterr().err


def test_nothing_is_fetched_where_downloads_are_off_or_the_demo_model_is_asked_for(source, capsys):
    assert choose(load(model_downloads=False), None, None, None).model == "demo"
    assert "Downloads are off" in capsys.readouterr().err
    assert choose(load(), None, "Demo", None).file == PACKAGED / "sample-vi.flac"
    assert choose(load(), None, "demo", "en").file == PACKAGED / "sample-en.flac"
    assert source.asked == []


def test_the_talk_by_the_model_that_was_asked_for(source):
    chosen = choose(load(), None, "Turbo", None)
    assert (chosen.file, chosen.model, chosen.language) == (TALK, "large-v3-turbo", "en")
    assert source.asked == [], "the service fetches it for the job"


def test_a_file_of_ones_own_by_the_default_model_or_one_that_is_here(tmp_path, install, capsys):
    mine = tmp_path / "mine.mp3"
    assert choose(load(), mine, None, None).model == "medium"
    assert "default model, medium" in capsys.readouterr().err
    install("base")
    chosen = choose(load(), mine, None, None)
    assert (chosen.file, chosen.model, chosen.language) == (mine, "base", "vi")
    told = capsys.readouterr().err
    assert "not installed: using base" in told
    assert "stt models pull medium" in told
    assert choose(load(), mine, "large", "en").model == "large-v3"
