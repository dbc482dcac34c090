import re

import pytest

from stt.domain.access.api_key import is_secret


@pytest.fixture
def made(stt):
    """A key of that name, and its id."""

    def make(*words):
        outcome = stt("keys", "create", *words)
        assert outcome.code == 0, outcome.err
        return outcome.out.strip(), re.search(r"key_\w+", outcome.err)[0]

    return make


def test_a_key_is_all_that_is_on_stdout(made):
    secret, _ = made("ci", "--expires", "90d", "--scope", "jobs:read", "--jobs-at-once", "3")
    assert is_secret(secret)


def test_keys_are_listed_without_the_secrets(stt, made):
    assert "There are no keys" in stt("keys", "list").err
    secret, key_id = made("ci", "--owner", "team-a", "--audio-hours-per-day", "2.5")
    listed = stt("keys", "list").out
    assert secret not in listed
    for told in (
        key_id,
        "team-a",
        "ci",
        secret[:8],
        secret[-4:],
        "jobs:read jobs:write",
        "audio_hours_per_day=2.5",
        "never",
    ):
        assert told in listed


def test_a_key_is_rotated_and_revoked(stt, made):
    _, key_id = made("ci")
    outcome = stt("keys", "rotate", key_id, "--overlap", "0s")
    assert is_secret(outcome.out.strip())
    next_id = re.search(r"key_\w+", outcome.err)[0]
    assert stt("keys", "revoke", next_id).code == 0
    states = [line.split()[1] for line in stt("keys", "list").out.splitlines()[1:]]
    assert states == ["expired", "revoked"]
    again = stt("keys", "rotate", next_id)
    assert (again.code, "key_ended" in again.err) == (2, True)


@pytest.mark.parametrize(
    ("words", "said"), [(("--expires", "90"), "like 30m, 24h or 90d"), (("--jobs-at-once", "0"), "more than 0")]
)
def test_what_cannot_be_is_said(stt, words, said):
    outcome = stt("keys", "create", "ci", *words)
    assert outcome.code == 2
    assert said in " ".join(outcome.err.replace("│", " ").split())
