"""Images, compose files and units."""

import configparser
import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest
import yaml

from stt.core.config import Settings

ROOT = Path(__file__).parents[3]
DEPLOY = ROOT / "deploy"
PATH = f"{ROOT / '.sdks/deploy/bin'}:{os.environ['PATH']}"
DOCKERFILE = DEPLOY / "docker/Dockerfile"


def test_the_dockerfile_is_linted():
    hadolint = shutil.which("hadolint", path=PATH)
    if hadolint is None:
        pytest.skip("hadolint is missing: scripts/deploy-tools puts it there")
    subprocess.run([hadolint, DOCKERFILE], check=True, timeout=60)


def test_an_image_takes_from_the_repository_what_there_is_and_runs_as_nobody():
    text = DOCKERFILE.read_text()
    allowed = set(re.findall(r"^!(.+)$", (DEPLOY / "docker/Dockerfile.dockerignore").read_text(), re.MULTILINE))
    copied = [words.split()[:-1] for words in re.findall(r"^COPY (?!--from)(.+)$", text, re.MULTILINE)]
    for source in (source for sources in copied for source in sources):
        assert (ROOT / source).exists(), source
        assert source in allowed or source.startswith("requirements/"), source
    assert re.search(r"^USER 10001:10001$", text, re.MULTILINE)
    assert set(re.findall(r"^FROM \S+ AS (\w+)$", text, re.MULTILINE)) == {"build", "cpu", "cublas", "cuda"}


def test_composed_services_change_nothing_but_their_volumes():
    servers = yaml.safe_load((DEPLOY / "compose.yaml").read_text())["services"]
    services = yaml.safe_load((DEPLOY / "compose.service.yaml").read_text())["services"]
    for name in ("api", "consumer"):
        assert services[name]["read_only"] is True
        assert services[name]["cap_drop"] == ["ALL"]
        assert set(services[name]["depends_on"]) == set(servers)
        assert services[name]["command"] == [name]
        known = known_variables()
        assert set(services[name]["environment"]) <= known


@pytest.mark.parametrize("name", ["api", "consumer"])
def test_a_unit_is_hardened_and_starts_what_there_is(name):
    unit = configparser.RawConfigParser(strict=False)
    unit.optionxform = str
    unit.read(DEPLOY / f"systemd/stt-{name}.service")
    service = unit["Service"]
    assert service["ExecStart"] == f"/opt/stt/bin/stt {name}"
    for option in ("NoNewPrivileges", "ProtectHome", "PrivateTmp", "RestrictNamespaces", "LockPersonality"):
        assert service[option] == "yes", option
    assert service["ProtectSystem"] == "strict"
    assert service["CapabilityBoundingSet"] == ""
    assert int(service["LimitNOFILE"]) >= 9000
    assert "MemoryDenyWriteExecute" not in service  # engines write the code that they run


def known_variables():
    fields = Settings.model_fields
    return {str(field.validation_alias or f"STT_{name.upper()}") for name, field in fields.items()}
