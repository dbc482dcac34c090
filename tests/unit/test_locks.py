"""What is installed is the same everywhere."""

import re
from pathlib import Path

import pytest

REQUIREMENTS = Path(__file__).parents[2] / "requirements"


@pytest.mark.parametrize("lock", ["runtime", "dev", "build"])
def test_every_python_gets_the_same_version_of_a_package(lock):
    names = re.findall(r"(?m)^([\w.-]+)==", (REQUIREMENTS / f"{lock}.lock").read_text())
    assert len(names) > 5
    assert sorted(set(names)) == sorted(names)
