"""The OpenAPI document: what FastAPI makes of the routes, and what it cannot know."""

import re
from collections.abc import Iterator, Sequence
from http import HTTPStatus
from typing import Any

from starlette.routing import BaseRoute

from stt.api.answers.status_names import phrase_of, status_of
from stt.api.guard.scopes import with_keys
from stt.api.schemas.error import PROBLEM, ErrorBody, OpenAIErrorBody
from stt.api.schemas.job import EXAMPLE_ID

Document = dict[str, Any]

_SCHEMAS = "#/components/schemas/"
_CODE = re.compile(r"`([a-z]+(?:_[a-z]+)+)`")
_FIRST_CLAUSE = re.compile(r"(?: \(`|, with |, or |[;.])")
_FRAMEWORKS = ("HTTPValidationError", "ValidationError")
_NOT_UNDERSTOOD = "A parameter or a field is missing or not understood (`invalid_field`)."
_NO_ROOM = "The disk or the database is full (`storage_full`, `database_full`); try again after `Retry-After` seconds."


def completed(document: Document, routes: Sequence[BaseRoute]) -> Document:
    """The document with the scopes that operations ask for, and with each refusal as it is sent, by an example."""
    with_keys(document, routes)
    schemas = document["components"]["schemas"]
    for path, method, operation in _operations(document):
        responses = operation["responses"]
        _spell_out_objects(operation)
        _name_the_frameworks(operation, responses)
        if operation["security"] and method != "get":
            body = OpenAIErrorBody if path.startswith("/v1/") else ErrorBody
            responses.setdefault("507", {"description": _NO_ROOM, "content": {"": {"schema": _ref(body.__name__)}}})
        for status, response in responses.items():
            _as_sent(path, int(status), response)
        operation["responses"] = dict(sorted(responses.items()))
    for name in _FRAMEWORKS:
        schemas.pop(name, None)
    for schema in schemas.values():
        if "examples" in schema:
            schema["examples"] = [_with_nulls(example, schema, schemas) for example in schema["examples"]]
    return document


def _with_nulls(example: Any, schema: Document, schemas: Document) -> Any:
    """The example with every field that its schema demands: FastAPI leaves out those that are `null`."""
    schema = schemas[schema["$ref"].removeprefix(_SCHEMAS)] if "$ref" in schema else schema
    if isinstance(example, list):
        return [_with_nulls(each, schema.get("items", {}), schemas) for each in example]
    if not isinstance(example, dict):
        return example
    fields = schema.get("properties", {})
    others = schema.get("additionalProperties")
    any_field = others if isinstance(others, dict) else {}
    known = example | {name: example.get(name) for name in schema.get("required", ())}
    return {name: _with_nulls(value, fields.get(name, any_field), schemas) for name, value in known.items()}


def _spell_out_objects(operation: Document) -> None:
    """Say of a parameter that is an object that each of its fields is one, as in `metadata[customer]=42`."""
    for given in operation.get("parameters", ()):
        if given["schema"].get("type") == "object":
            given |= {"style": "deepObject", "explode": True}


def _operations(document: Document) -> Iterator[tuple[str, str, Document]]:
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            yield path, method, operation


def _ref(name: str) -> Document:
    return {"$ref": _SCHEMAS + name}


def _name_the_frameworks(operation: Document, responses: Document) -> None:
    """FastAPI refuses in its own shape whatever has a parameter; here it is ours, and a path is never refused."""
    described = responses.get("422", {}).get("content", {}).get("application/json", {}).get("schema")
    if described != _ref(_FRAMEWORKS[0]):
        return
    reads_more = "requestBody" in operation or any(given["in"] != "path" for given in operation["parameters"])
    if reads_more:
        responses["422"] = {"description": _NOT_UNDERSTOOD, "content": {"": {"schema": _ref(ErrorBody.__name__)}}}
    else:
        del responses["422"]


def _as_sent(path: str, status: int, response: Document) -> None:
    """Give a refusal its media type, which FastAPI takes from the route, and an example."""
    for media_type, content in list(response.get("content", {}).items()):
        if content.get("schema") == _ref(ErrorBody.__name__):
            del response["content"][media_type]
            response["content"][PROBLEM] = {**content, "example": _problem(path, status, response["description"])}
        elif content.get("schema") == _ref(OpenAIErrorBody.__name__):
            del response["content"][media_type]
            response["content"]["application/json"] = {**content, "example": _error(status, response["description"])}


def _problem(path: str, status: int, description: str) -> Document:
    return {
        "type": "about:blank",
        "title": phrase_of(status_of(status)),
        "status": status,
        "detail": _sentence(description),
        "instance": path.replace("{job_id}", EXAMPLE_ID),
        "code": _code(description),
        "request_id": "5f0c9d1e2b7a4c3d8e6f1a2b3c4d5e6f",
    }


def _error(status: int, description: str) -> Document:
    kind = "server_error" if status >= HTTPStatus.INTERNAL_SERVER_ERROR else "invalid_request_error"
    return {"error": {"message": _sentence(description), "type": kind, "param": None, "code": _code(description)}}


def _code(description: str) -> str:
    found = _CODE.search(description)
    if found is None:
        raise ValueError(f"This says why a request is refused, and names no code: {description}")
    return found[1]


def _sentence(description: str) -> str:
    return _FIRST_CLAUSE.split(description, maxsplit=1)[0] + "."
