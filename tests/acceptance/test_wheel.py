"""What is published, installed as strangers do: without the lock, and with whatever is newest within the bounds."""

import os
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest

from stt import __version__

ROOT = Path(__file__).parents[2]


def run(*command, **options):
    done = subprocess.run(command, capture_output=True, text=True, timeout=900, check=False, **options)
    assert done.returncode == 0, f"{command}\n{done.stdout}\n{done.stderr}"
    return done.stdout


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    """The folder with wheel and sdist."""
    folder = tmp_path_factory.mktemp("dist")
    run(sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-t", "sdist", "-d", folder, cwd=ROOT)
    return folder


def test_a_wheel_holds_the_program_and_what_it_needs_to_show_and_an_sdist_its_source(built):
    with zipfile.ZipFile(built / f"stt_jobs-{__version__}-py3-none-any.whl") as wheel:
        names = set(wheel.namelist())
    for needed in ("stt/cli/main.py", "stt/assets/sample-vi.flac", "stt/web/index.html"):
        assert needed in names, needed
    assert any(name.startswith("stt/repositories/migrations/versions/0001") for name in names)
    licences = f"stt_jobs-{__version__}.dist-info/licenses"
    for text in (*ROOT.glob("LICENSE*"), *(ROOT / "src").rglob("LICENSE*")):
        assert f"{licences}/{text.relative_to(ROOT)}" in names, text
    assert not any(name.startswith(("tests/", "tools/", "benchmarks/")) for name in names)
    with tarfile.open(built / f"stt_jobs-{__version__}.tar.gz") as sdist:
        assert f"stt_jobs-{__version__}/CHANGELOG.md" in sdist.getnames()


@pytest.mark.long
@pytest.mark.parametrize("kind", ["wheel", "sdist"])
def test_what_was_built_installs_into_a_clean_environment_and_transcribes(built, kind, tmp_path):
    place = tmp_path / "venv"
    run(sys.executable, "-m", "venv", place)
    package = next(built.glob("*.whl" if kind == "wheel" else "*.tar.gz"))
    run(place / "bin/python", "-m", "pip", "install", "--quiet", "--disable-pip-version-check", package)
    run(place / "bin/python", "-m", "pip", "check")
    kept = {name: value for name, value in os.environ.items() if name in ("PATH", "HOME", "LANG")}
    environment = {**kept, "STT_DATA_DIR": str(tmp_path / "data"), "STT_SCRATCH_DIR": str(tmp_path / "scratch")}
    stt = place / "bin/stt"
    assert run(stt, "--version", env=environment).strip() == f"stt {__version__}"
    told = run(stt, "try", "--once", "--model", "demo", "--port", "0", env=environment, cwd=tmp_path)
    assert "xin chào" in told.lower() or len(told.split()) > 10, told
