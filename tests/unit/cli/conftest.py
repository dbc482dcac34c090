"""The command as a person runs it, in this process, with no settings but those a test makes."""

from dataclasses import dataclass

import pytest

from stt.cli.settings import variable
from stt.core.config import Settings


@dataclass(frozen=True)
class Outcome:
    """How a command ended."""

    code: int
    out: str
    err: str


@pytest.fixture(autouse=True)
def bare(monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("STT_URL", raising=False)
    for name in Settings.model_fields:
        monkeypatch.delenv(variable(name), raising=False)
    monkeypatch.setenv("STT_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setenv("STT_SCRATCH_DIR", str(tmp_path / "scratch"))


@pytest.fixture
def stt(capsys):
    """Run `stt` with arguments."""
    from stt.cli.main import main

    def run(*arguments):
        with pytest.raises(SystemExit) as caught:
            main([str(argument) for argument in arguments])
        return Outcome(caught.value.code or 0, *capsys.readouterr())

    return run
