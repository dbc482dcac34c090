"""Whether the service answers what its OpenAPI document says, whatever is sent (schemathesis)."""

import subprocess
import sys

import pytest

from stt.domain.access.scopes import Scope
from tests.acceptance.conftest import SETTINGS, environment_of
from tests.acceptance.service import Service
from tests.openapi_probe import probe
from tools.service import wait_for

SHORT = ("--phases", "examples,coverage", "--max-time", "12")
LONG = ("--phases", "examples,coverage,fuzzing,stateful", "--max-examples", "50")


@pytest.mark.parametrize(
    ("setting", "options"),
    [
        pytest.param("embedded", SHORT, id="embedded"),
        pytest.param("embedded", LONG, id="embedded, long", marks=pytest.mark.long),
        pytest.param("distributed", LONG, id="distributed, long", marks=pytest.mark.long),
    ],
)
def test_the_document_holds_without_keys_and_with_one(setting, options, request, tmp_path):
    servers = SETTINGS[setting]
    with (
        environment_of(servers, request) as environment,
        Service(tmp_path, environment, consumers=2 if servers else 0) as service,
    ):
        holds, said = probe(service, *options)
        assert holds, said
        close(service)
        holds, said = probe(service, *options)
        assert holds, said


def close(service):
    """Make a key that may do everything, and use it from now on."""
    command = [sys.executable, "-m", "stt", "keys", "create", "x", *(f"--scope={scope}" for scope in Scope)]
    made = subprocess.run(command, env=service.environment, capture_output=True, text=True, check=True)
    wait_for(lambda: service.get("/api/stt/jobs").status_code == 401, 60, service.logs)
    service.headers = {"Authorization": f"Bearer {made.stdout.strip()}"}
