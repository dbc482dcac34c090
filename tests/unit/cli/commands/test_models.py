from pathlib import Path
from types import SimpleNamespace

import pytest

from stt.cli.commands import models
from stt.cli.commands.models import best_installed
from stt.cli.settings import load
from stt.domain.whisper.models import CATALOGUE
from stt.worker.errors import ModelUnavailable


@pytest.fixture
def installed(tmp_path):
    """Put files where a model of that name would lie."""

    def install(name, engine="faster-whisper"):
        place = tmp_path / "data" / "models" / name
        file = place / "ct2" / "model.bin" if engine == "faster-whisper" else place / f"ggml-{name}.bin"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.touch()
        return place

    return install


@pytest.fixture
def hub(monkeypatch, installed):
    """A hub that has every model, and remembers what was fetched."""
    fetched = []

    def pull(self, name, engine, progress):
        progress(50, 200)
        progress(200, 200)
        installed(name, engine)
        fetched.append((name, engine))
        return self.find(name, engine)

    monkeypatch.setattr(models.ModelStore, "pull", pull)
    return fetched


def test_the_list_has_every_known_model_with_the_engines_it_is_installed_for(stt, installed):
    installed("small")
    installed("tiny", "whisper.cpp")
    rows = {line.split()[0]: line for line in stt("models", "list").out.splitlines()[1:] if line[0] != " "}
    assert set(CATALOGUE) <= set(rows)
    assert "faster-whisper" in rows["small"]
    assert "whisper.cpp" in rows["tiny"]
    assert "whisper" not in rows["medium"]
    assert str(CATALOGUE["medium"].megabytes) in rows["medium"]


def test_the_list_has_models_that_somebody_put_there(stt, installed):
    installed("hospital")
    assert "hospital" in stt("models", "list").out


@pytest.mark.parametrize("harm", ["changed", "gone"])
def test_a_model_is_verified_against_what_was_fetched(stt, installed, monkeypatch, harm):
    from stt.worker.models import store

    def fetched(_sources, partial, _progress):
        partial.mkdir(parents=True)
        for file in ("model.bin", "tokenizer.json"):
            (partial / file).write_text(file)
        return partial, SimpleNamespace(title="a test")

    def rename(fetched, target):
        fetched.parent.mkdir(parents=True, exist_ok=True)
        target.parent.mkdir(parents=True, exist_ok=True)
        fetched.rename(target)
        fetched.mkdir()

    monkeypatch.setattr(store, "fetch_from", fetched)
    monkeypatch.setattr(store, "put_directory", rename)
    assert "not installed" in stt("models", "verify", "tiny").err
    place = Path(stt("models", "pull", "tiny").out.strip())
    outcome = stt("models", "verify", "tiny")
    assert (outcome.code, "tiny for faster-whisper is as it was fetched" in outcome.err) == (0, True)
    (place / "tokenizer.json").write_text("tokenizer?json")
    if harm == "gone":
        (place / "tokenizer.json").unlink()
    outcome = stt("models", "verify", "tiny")
    assert (outcome.code, "1 files of tiny for faster-whisper are damaged or gone: tokenizer.json" in outcome.err) == (
        1, True
    )  # fmt: skip
    stt("models", "remove", "tiny")
    installed("tiny")
    assert "Nobody knows what tiny" in stt("models", "verify", "tiny").err


def test_a_removed_model_is_gone_for_its_engine_or_for_all(stt, installed, tmp_path):
    place = installed("tiny")
    installed("tiny", "whisper.cpp")
    outcome = stt("models", "remove", "tiny", "--engine", "faster-whisper")
    assert (outcome.code, outcome.out) == (0, f"{place}/ct2\n")
    assert (place / "ggml-tiny.bin").exists()
    assert stt("models", "remove", "tiny").out == f"{place}/ggml-tiny.bin\n"
    assert not place.exists()
    again = stt("models", "remove", "tiny")
    assert (again.code, "not installed" in again.err) == (1, True)


@pytest.mark.parametrize("name", ["demo", "../../elsewhere", "nobody-knows-it"])
def test_what_is_no_model_of_the_directory_is_not_removed(stt, tmp_path, name):
    outcome = stt("models", "remove", name)
    assert (outcome.code, "is none of the models in" in outcome.err) == (1, True)


def test_pull_fetches_once_and_again_only_by_force(stt, hub, tmp_path):
    outcome = stt("models", "pull", "tiny")
    assert (outcome.code, outcome.out) == (0, f"{tmp_path}/data/models/tiny/ct2\n")
    assert "Fetching" in outcome.err
    stt("models", "pull", "tiny")
    assert hub == [("tiny", "faster-whisper")]
    stt("models", "pull", "tiny", "--force")
    stt("models", "pull", "tiny", "--engine", "whisper.cpp")
    assert hub == [("tiny", "faster-whisper")] * 2 + [("tiny", "whisper.cpp")]


def test_pull_of_an_unknown_name_suggests_the_nearest(stt, hub):
    outcome = stt("models", "pull", "meduim")
    assert (outcome.code, hub) == (2, [])
    assert "medium" in outcome.err
    assert outcome.err.strip().endswith("(unknown_model)")


def test_a_pull_that_fails_is_a_sentence(stt, monkeypatch):
    def pull(*_):
        raise ModelUnavailable("'x/y' could not be fetched: no network")

    monkeypatch.setattr(models.ModelStore, "pull", pull)
    outcome = stt("models", "pull", "x/y")
    assert (outcome.code, outcome.out) == (1, "")
    assert outcome.err.splitlines()[-1] == "'x/y' could not be fetched: no network (model_unavailable)"


def test_path_is_the_directory_of_an_installed_model(stt, installed):
    place = installed("small")
    assert stt("models", "path", "small").out == f"{place}\n"
    assert stt("models", "path", "demo").out.endswith("assets/demo\n")


@pytest.mark.parametrize("name", ["medium", "nonsense"])
def test_path_of_a_model_that_is_not_here_says_how_to_fetch_it(stt, name):
    outcome = stt("models", "path", name)
    assert (outcome.code, outcome.out) == (1, "")
    assert f"stt models pull {name}" in outcome.err


def test_the_best_installed_model_is_the_default_else_the_largest_and_never_the_demo(installed):
    assert best_installed(load()) is None
    installed("base")
    installed("large-v2", "whisper.cpp")
    assert best_installed(load()) == "base"
    installed("large-v3-turbo")
    assert best_installed(load()) == "large-v3-turbo"
    installed("medium")
    assert best_installed(load()) == "medium"
