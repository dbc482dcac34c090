"""What the OpenAPI document says is complete, true, and in the repository."""

import difflib
import json
from functools import cache

import jsonschema_rs
import pytest

from tools.openapi_document import PATH, document

DOCUMENT = json.loads(document())
ANSWERS = [
    pytest.param(status, answer, id=f"{method.upper()} {path} {status}")
    for path, methods in DOCUMENT["paths"].items()
    for method, operation in methods.items()
    for status, answer in operation["responses"].items()
]


def test_the_document_in_the_repository_is_that_of_the_code():
    kept, made = PATH.read_text().splitlines(), document().splitlines()
    differs = "\n".join(difflib.unified_diff(kept, made, "docs/openapi.json", "the code", lineterm="", n=5))
    assert not differs, f"What clients see has changed; 'make openapi' writes it anew:\n{differs}"


@pytest.mark.parametrize(("status", "answer"), ANSWERS)
def test_every_answer_has_an_example_that_fits_its_schema(status, answer):
    for media_type, content in answer.get("content", {}).items():
        schema = content.get("schema", {})
        if schema.get("format") == "binary":
            continue
        examples = [content["example"]] if "example" in content else list(examples_of(schema))
        assert examples, media_type
        if "json" in media_type:
            for example in examples:
                validator_of(json.dumps(schema)).validate(example)


@cache
def validator_of(schema):
    return jsonschema_rs.Draft202012Validator({**json.loads(schema), "components": DOCUMENT["components"]})


def examples_of(schema):
    """Those of a schema, or of everything that it may be."""
    if "anyOf" in schema:
        for each in schema["anyOf"]:
            found = list(examples_of(each))
            assert found, each
            yield from found
    if "$ref" in schema:
        yield from examples_of(DOCUMENT["components"]["schemas"][schema["$ref"].rpartition("/")[2]])
    yield from schema.get("examples", [])


@pytest.mark.parametrize(("status", "answer"), ANSWERS)
def test_every_refusal_is_a_problem_or_openais_error(status, answer):
    if int(status) < 400 or "ReadyBody" in str(answer):
        return
    [(media_type, content)] = answer["content"].items()
    kind = content["schema"]["$ref"].rpartition("/")[2]
    assert {"ErrorBody": "application/problem+json", "OpenAIErrorBody": "application/json"}[kind] == media_type
    if kind == "ErrorBody":
        assert content["example"]["status"] == int(status)


def test_every_operation_has_a_name_of_its_own_and_says_what_any_request_may_meet():
    operations = [operation for methods in DOCUMENT["paths"].values() for operation in methods.values()]
    names = [operation["operationId"] for operation in operations]
    assert len(set(names)) == len(names)
    for operation in operations:
        expected = {"401", "403", "421", "429", "500", "503"} if operation["security"] else set()
        assert expected <= set(operation["responses"]), operation["operationId"]
        assert operation["summary"]
