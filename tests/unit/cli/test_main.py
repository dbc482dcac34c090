import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from typer.main import get_command

from stt import __version__
from stt.cli.errors import EXIT_CODES
from stt.cli.main import app

ROOT = Path(__file__).parents[3]
MANUAL = (ROOT / "docs" / "cli.md").read_text(encoding="utf-8")


def commands(group, prefix=()):
    """Every command with the words that call it."""
    for name, command in group.commands.items():
        if hasattr(command, "commands"):
            yield from commands(command, (*prefix, name))
        else:
            yield (*prefix, name), command


COMMANDS = dict(commands(get_command(app)))


def test_the_commands_are_those_that_were_planned():
    assert {" ".join(words) for words in COMMANDS} == {
        "serve", "api", "consumer", "transcribe", "submit", "status", "result", "try", "doctor", "bench", "watch",
        "queue", "workers list", "workers pause", "workers resume", "workers drain",
        "jobs list", "jobs show", "jobs cancel", "jobs retry", "jobs redo", "jobs delete",
        "keys create", "keys list", "keys rotate", "keys revoke",
        "models list", "models pull", "models path", "models verify", "models remove", "db upgrade", "db drop",
            "backup", "restore", "migrate-storage", "migrate-db",
            "dead list", "dead requeue", "dead remove", "speakers add", "speakers list", "speakers remove",
    }  # fmt: skip


@pytest.mark.parametrize("words", COMMANDS, ids=" ".join)
def test_every_command_has_help_for_itself_and_for_every_option(stt, words):
    outcome = stt(*words, "--help")
    assert outcome.code == 0
    assert COMMANDS[words].help
    assert all(getattr(parameter, "help", None) for parameter in COMMANDS[words].params), words


@pytest.mark.parametrize("words", COMMANDS, ids=" ".join)
def test_every_command_is_in_the_manual_with_an_example(words):
    called = f"stt {' '.join(words)}"
    section = MANUAL.partition(f"### `{called}`\n")[2].partition("\n##")[0]
    example = section.partition("```sh")[2].partition("```")[0]
    assert called in example


def test_every_option_named_in_the_manual_exists():
    known = {name for command in COMMANDS.values() for parameter in command.params for name in parameter.opts}
    assert set(re.findall(r"(?<=\s)--[a-z-]+", MANUAL)) - {"--help"} <= known


def test_exit_codes_are_told_by_help_and_manual(stt):
    told = " ".join(stt("--help").out.split())
    for code, meaning in EXIT_CODES.items():
        assert f"| {code} | {meaning}".replace("`", "") in MANUAL.replace("`", "")
        assert f"{code} {meaning}" in re.sub(r"\s*│\s*", " ", told)


def test_the_version_is_the_package_s(stt):
    assert stt("--version").out == f"stt {__version__}\n"


@pytest.mark.parametrize("arguments", [["--nonsense"], ["transscribe"], ["status"], ["serve", "--port", "70000"]])
def test_wrong_use_is_code_2_without_a_traceback(stt, arguments):
    outcome = stt(*arguments)
    assert (outcome.code, outcome.out) == (2, "")
    assert "Traceback" not in outcome.err


def test_a_wrong_setting_is_code_2_and_named(stt, monkeypatch):
    monkeypatch.setenv("STT_PORT", "eight")
    outcome = stt("serve")
    assert (outcome.code, outcome.out) == (2, "")
    assert outcome.err.startswith("STT_PORT: ")
    assert len(outcome.err.splitlines()) == 1


@pytest.mark.parametrize("command", [["db", "upgrade"], ["serve", "--port", "0"]])
def test_a_data_directory_that_is_none_is_a_sentence(stt, tmp_path, command):
    (tmp_path / "file").touch()
    outcome = stt(*command, "--data-dir", tmp_path / "file")
    assert (outcome.code, outcome.out) == (1, "")
    assert str(tmp_path / "file") in outcome.err
    assert len(outcome.err.splitlines()) == 1


def python(*arguments):
    environment = os.environ | {"PYTHONPATH": str(ROOT / "src")}
    return subprocess.run(
        [sys.executable, *arguments], env=environment, capture_output=True, text=True, check=True, timeout=60
    )


def test_python_dash_m_is_the_command():
    called = python("-m", "stt", "--version")
    assert called.stdout == f"stt {__version__}\n"


def test_asking_a_service_loads_no_database_no_server_and_no_engine():
    """Every inference process imports the command again, and who asks for a status should not wait for it."""
    heavy = {"sqlalchemy", "fastapi", "aio_pika", "obstore", "av", "ctranslate2", "onnxruntime", "numpy"}
    code = f"import stt.cli.main, sys; print(*sorted({heavy} & set(sys.modules)))"
    called = python("-c", code)
    assert called.stdout.strip() == ""
