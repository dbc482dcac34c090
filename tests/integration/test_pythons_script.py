"""What `make test-pythons` does where a Python is missing or fails."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture
def run(tmp_path):
    def run(*versions):
        (tmp_path / "home").mkdir(exist_ok=True)
        path = f"{tmp_path}:{os.environ['PATH']}"
        environment = {"PATH": path, "HOME": str(tmp_path / "home"), "VENV": sys.prefix}
        command = [ROOT / "scripts" / "test-pythons", *versions]
        return subprocess.run(command, env=environment, capture_output=True, text=True, check=False)

    return run


def put(path, script):
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)


def test_what_is_not_there_is_said_in_a_line_and_is_no_failure(run, tmp_path):
    put(tmp_path / "python3.98", "echo 'pyenv: python3.98: command not found' >&2; exit 127")  # as its shims do
    put(tmp_path / "python3.97", "echo 3.96")
    outcome = run("3.97", "3.98", "3.99")
    assert (outcome.returncode, outcome.stderr) == (0, "")
    assert outcome.stdout == "Not tried, since not found on this machine: Python 3.97 3.98 3.99\n"


def test_the_one_of_the_environment_is_not_tried_twice(run):
    own = f"{sys.version_info[0]}.{sys.version_info[1]}"
    outcome = run(own)
    assert (outcome.returncode, outcome.stdout) == (0, "")


def test_one_that_cannot_be_set_up_fails_by_name(run, tmp_path):
    put(tmp_path / "python3.98", 'case $1 in -c) echo 3.98 ;; *) echo "no set-up here" >&2; exit 1 ;; esac')
    outcome = run("3.98")
    assert outcome.returncode == 1
    assert "Python 3.98" in outcome.stdout
    assert "no set-up here" in outcome.stderr
    assert "Failed with Python 3.98" in outcome.stderr
    assert not (ROOT / ".pythons" / "3.98").exists()


def test_the_newest_that_is_found_comes_first_then_the_oldest(run, tmp_path):
    for version in ("3.96", "3.97", "3.98"):
        put(tmp_path / f"python{version}", f"case $1 in -c) echo {version} ;; *) exit 1 ;; esac")
    outcome = run("3.96", "3.97", "3.98", "3.99")
    tried = [line.split()[1] for line in outcome.stdout.splitlines() if line.startswith("Python ")]
    assert tried == ["3.98", "3.96", "3.97"]
    assert outcome.stdout.endswith("Not tried, since not found on this machine: Python 3.99\n")
    assert "Failed with Python 3.98 3.96 3.97" in outcome.stderr


def test_no_version_is_wrong_usage(run):
    assert run().returncode == 2
