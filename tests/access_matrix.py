"""Every operation of the OpenAPI document, tried with every kind of key that must not do."""

import re
from dataclasses import dataclass

from stt.domain.access.scopes import Scope

REFUSED = {
    "no key": (401, "key_missing"),
    "mistyped key": (401, "key_unknown"),
    "unknown key": (401, "key_unknown"),
    "revoked key": (401, "key_revoked"),
    "expired key": (401, "key_expired"),
    "missing scope": (403, "scope_missing"),
}
"""Kinds of keys, and the status and code that every operation which is not public answers them with."""
NEVER_MADE = "stt_0000000000000000000000000000000M0QDT"


@dataclass(frozen=True)
class Operation:
    """`asked` is the scope that the document says a key needs, `None` where it says that none is needed."""

    method: str
    path: str
    asked: str | None

    def __str__(self):
        return f"{self.method} {self.path}"

    def filled(self, job_id):
        """The path with a job's id where one belongs, and with something for everything else."""
        return re.sub(r"\{.+?\}", "nothing", self.path.replace("{job_id}", job_id).replace("{number}", "1"))

    @property
    def is_about_a_job(self):
        return "{job_id}" in self.path


def operations(document):
    """All that a document describes; one that says nothing of keys is a mistake."""
    for path, methods in document["paths"].items():
        for method, described in methods.items():
            asked = [scope for scheme in described["security"] for scope in scheme["key"]]
            yield Operation(method.upper(), path, asked[0] if asked else None)


def lacking(asked):
    """Scopes of a key that may do everything but this."""
    return {*Scope} - {asked}


def challenge_of(answer):
    """What the answer says of the key that it wants: `realm`, `error` and `scope` (RFC 6750)."""
    kind, _, rest = answer.headers["WWW-Authenticate"].partition(" ")
    assert kind == "Bearer"
    return dict(re.findall(r'(\w+)="([^"]*)"', rest))


def code_of(answer):
    """The code in the shape of the route."""
    body = answer.json()
    return body["error"]["code"] if "error" in body else body["code"]


def refusal(kind, path):
    """Status and code that a kind of key is answered with at a path: OpenAI has one code for all bad keys."""
    status, code = REFUSED[kind]
    return status, "invalid_api_key" if path.startswith("/v1/") and status == 401 else code
