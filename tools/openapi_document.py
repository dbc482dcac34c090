"""Writes docs/openapi.json: the OpenAPI document of this version, for clients that are made from it."""

import json
from dataclasses import fields
from pathlib import Path

from stt.api.app import Services, create_app

PATH = Path(__file__).parents[1] / "docs/openapi.json"


def document() -> str:
    services = Services(*[None] * len(fields(Services)))  # type: ignore[arg-type]
    return json.dumps(create_app(services).openapi(), indent=1, ensure_ascii=False, sort_keys=True) + "\n"


if __name__ == "__main__":
    PATH.write_text(document())
