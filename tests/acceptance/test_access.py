"""Who may do what, tried on a real process in both settings with every operation that its document describes."""

import subprocess
import sys
import time

import httpx
import pytest

from stt.domain.access.api_key import secret_of
from stt.domain.access.scopes import Scope
from tests.acceptance.conftest import SETTINGS, environment_of
from tests.access_matrix import REFUSED, code_of, lacking, operations, refusal
from tools.encoded_audio import encoded
from tools.service import Service


@pytest.fixture(scope="module", params=["embedded", "distributed"])
def api(request, tmp_path_factory):
    """An API process alone: what it says of callers asks for no consumer."""
    directory = tmp_path_factory.mktemp("api")
    with (
        environment_of(SETTINGS[request.param], request) as environment,
        Service(directory, environment, commands=("api",)) as running,
    ):
        yield running


@pytest.fixture(scope="module")
def http(api):
    with httpx.Client(base_url=api.url, trust_env=False, timeout=30) as http:
        yield http


@pytest.fixture(scope="module")
def operator(api, http):
    """The header of a key that may do everything, made by the command before there was any."""
    assert http.get("/v1/models").status_code == 200
    command = [sys.executable, "-m", "stt", "keys", "create", "operator", *(f"--scope={scope}" for scope in Scope)]
    made = subprocess.run(command, env=api.environment, cwd=api.directory, capture_output=True, text=True, check=True)
    until = time.monotonic() + 10
    while http.get("/v1/models").status_code == 200:
        assert time.monotonic() < until, "The service never noticed that there is a key."
        time.sleep(0.2)
    return bearer(made.stdout.strip())


def bearer(secret):
    return {"Authorization": f"Bearer {secret}"}


def key(http, operator, **wanted):
    """A key made over HTTP: its id and its header."""
    wanted = {"scopes": list(Scope), **wanted, "name": "test"}
    made = http.post("/api/stt/keys", json=wanted, headers=operator).raise_for_status().json()
    return made["key_id"], bearer(made["key"])


@pytest.fixture(scope="module")
def shown(http, operator):
    """By kind, the header of a caller who may not do what asks for a scope."""
    revoked_id, revoked = key(http, operator)
    _, expired = key(http, operator, expires_in=0.2)
    http.delete(f"/api/stt/keys/{revoked_id}", headers=operator).raise_for_status()
    time.sleep(0.5)
    without = {scope: key(http, operator, scopes=sorted(lacking(scope)))[1] for scope in Scope}
    mistyped = {"Authorization": operator["Authorization"][:-1] + "_"}
    fixed = {
        "no key": {}, "mistyped key": mistyped, "unknown key": bearer(secret_of(7)), "revoked key": revoked,
        "expired key": expired,
    }  # fmt: skip
    return lambda kind, asked: fixed.get(kind, without[Scope(asked)])


def test_every_operation_turns_away_every_kind_of_key_that_must_not_do(http, shown):
    wrong, tried = [], 0
    for operation in operations(http.get("/openapi.json").json()):
        path = operation.filled("0b2f6d0e-5a1c-4d57-9f1e-0f4f3f8f9c55")
        for kind in REFUSED if operation.asked else ():
            answer = http.request(operation.method, path, headers=shown(kind, operation.asked))
            tried += 1
            if (answer.status_code, code_of(answer)) != refusal(kind, path):
                wrong.append((str(operation), kind, answer.status_code, answer.text))
    assert wrong == []
    assert tried > 100


def test_no_operation_knows_a_job_of_another_owner(http, operator):
    made = http.post("/api/stt/jobs", files={"file": ("a.mp3", encoded(".mp3"))}, headers=operator).raise_for_status()
    foreign, (_, other) = made.json()["job_id"], key(http, operator)
    about_jobs = [each for each in operations(http.get("/openapi.json").json()) if each.is_about_a_job]
    answers = {str(each): http.request(each.method, each.filled(foreign), headers=other) for each in about_jobs}
    assert {name: code_of(answer) for name, answer in answers.items()} == dict.fromkeys(answers, "job_not_found")
    assert {answer.status_code for answer in answers.values()} == {404}
    assert http.get(f"/api/stt/jobs/{foreign}", headers=operator).json()["status"] == "PENDING"


def test_no_key_is_in_the_log(api, operator):
    said = api.log("api").read_text()
    assert "key_created" in said
    assert "stt_" not in said.replace("stt_processing", "")
