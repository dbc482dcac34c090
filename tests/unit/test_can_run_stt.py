"""What make says of a Python that cannot run the service."""

import runpy
import sys
import sysconfig
from pathlib import Path

import pytest

SCRIPT = Path(__file__).parents[2] / "scripts" / "can-run-stt"


def answer():
    with pytest.raises(SystemExit) as ended:
        runpy.run_path(str(SCRIPT))
    return ended.value.code


def test_this_one_can():
    assert answer() is None


def test_one_that_is_too_old_is_named(monkeypatch):
    monkeypatch.setattr(sys, "version_info", (3, 9, 2))
    assert "3.11 or newer" in answer()
    assert f"{sys.executable} is 3.9" in answer()


def test_one_for_musl_is_told_what_to_take_instead(monkeypatch):
    variables = {"HOST_GNU_TYPE": "x86_64-alpine-linux-musl", "SOABI": "cpython-313-x86_64-linux-musl"}
    monkeypatch.setattr(sysconfig, "get_config_var", variables.get)
    assert "needs glibc" in answer()
    assert "Debian" in answer()
