"""`scripts/debian-packages`: nothing to do, nothing asked for, nothing possible."""

import shutil
import subprocess
from pathlib import Path

import pytest

SCRIPT = Path(__file__).parents[2] / "scripts" / "debian-packages"


def debian_packages(*names: str, path: Path | None = None) -> subprocess.CompletedProcess[str]:
    environment = {"PATH": str(path)} if path else None
    return subprocess.run([SCRIPT, *names], env=environment, capture_output=True, text=True, timeout=60, check=False)


@pytest.mark.skipif(not shutil.which("dpkg-query"), reason="not a Debian system: dpkg-query is missing")
def test_installed_packages_need_nothing() -> None:
    result = debian_packages("bash", "dpkg")
    assert (result.returncode, result.stdout, result.stderr) == (0, "", "")


def test_no_name_is_wrong_usage() -> None:
    result = debian_packages()
    assert result.returncode == 2
    assert result.stderr.startswith("usage: ")


def test_without_apt_get_it_says_so_in_one_line_and_exits_3(tmp_path: Path) -> None:
    (tmp_path / "bash").symlink_to(shutil.which("bash") or "bash")
    result = debian_packages("bash", "dpkg", path=tmp_path)
    assert result.returncode == 3
    assert result.stderr == "cannot install the Debian packages bash dpkg: this system has no apt-get\n"
