import re
from pathlib import Path

import pytest

from stt.cli.settings import load, variable
from stt.core.config import Settings

EXAMPLE = Path(__file__).parents[3] / ".env.example"
LINES = EXAMPLE.read_text(encoding="utf-8").splitlines()
SHOWN = dict(line[1:].split("=", 1) for line in LINES if re.match(r"#[A-Z_]+=", line))
FIELDS = {variable(name): name for name in Settings.model_fields}


def test_every_setting_is_shown_and_nothing_else():
    assert set(SHOWN) == set(FIELDS)


@pytest.mark.parametrize("name", sorted(SHOWN))
def test_what_is_shown_is_the_default(name, monkeypatch):
    monkeypatch.delenv(name, raising=False)
    default = getattr(load(), FIELDS[name])
    monkeypatch.setenv(name, SHOWN[name])
    assert getattr(load(), FIELDS[name]) == default


def test_every_setting_is_described():
    for place, line in enumerate(LINES):
        if re.match(r"#[A-Z_]+=", line):
            above = LINES[place - 1]
            assert re.match(r"# [^-]|#[A-Z_]+=", above), f"{line} has no word of description above it"
