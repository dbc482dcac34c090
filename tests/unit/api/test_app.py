import re

import httpx
import pytest
import structlog
from fastapi import FastAPI
from pydantic import BaseModel

from stt import __version__
from stt.api.routes.docs_routes import FILES
from stt.domain.errors import ClaimLost, DatabaseUnavailable, StorageUnavailable
from tests.embedded_service import embedded_service


def client_of(app: FastAPI) -> httpx.AsyncClient:
    return httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://stt")


class Numbers(BaseModel):
    first: int


@pytest.fixture
def app(embedded):
    """The application with routes that fail in ways that its own never should."""
    app = embedded.app()

    @app.get("/bug")
    async def bug():
        raise ZeroDivisionError("secret")

    @app.get("/claim")
    async def claim():
        raise ClaimLost("secret")

    @app.get("/database")
    async def database():
        raise DatabaseUnavailable("postgresql://user:secret@host is away")

    @app.get("/storage")
    async def storage():
        raise StorageUnavailable("/secret/path is full")

    @app.post("/numbers")
    async def numbers(body: Numbers, limit: int = 1):
        return limit

    return app


async def test_the_root_says_where_to_go(client):
    answer = (await client.get("/")).json()
    assert answer == {"service": "stt", "version": __version__, "docs": "/docs", "openapi": "/openapi.json"}
    for path in (answer["docs"], answer["openapi"]):
        assert (await client.get(path)).status_code == 200


async def test_an_unknown_path_is_answered_in_the_shape_of_every_error(client):
    answer = await client.get("/api/stt/nothing")
    assert answer.status_code == 404
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert answer.json() == {
        "type": "about:blank",
        "title": "Not Found",
        "status": 404,
        "detail": "There is nothing at /api/stt/nothing; /docs lists what there is.",
        "instance": "/api/stt/nothing",
        "code": "route_not_found",
        "request_id": answer.headers["X-Request-ID"],
    }


async def test_a_wrong_method_is_told_the_right_one(client):
    answer = await client.get("/api/stt/upload")
    assert (answer.status_code, answer.headers["Allow"]) == (405, "POST")
    assert answer.json()["detail"] == "/api/stt/upload does not take GET; use POST."
    assert answer.json()["code"] == "method_not_allowed"


async def test_all_methods_of_a_path_are_allowed(client):
    answer = await client.put("/api/stt/jobs")
    assert (answer.status_code, answer.headers["Allow"]) == (405, "GET, HEAD, POST")


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"{", "is no JSON"),
        (b"\xff\xfe", "is no JSON"),
        (b'"\xe9"', "not in UTF-8"),
        (b'{"url": %s}' % (b"9" * 5000), "thousands of digits"),
        (b"[" * 100_000, "nested too deeply"),
        (b"", "an object in JSON"),
        (b"[]", "an object in JSON"),
        (b"null", "an object in JSON"),
    ],
)
async def test_a_body_that_is_no_json_is_told_so(client, body, reason):
    answer = await client.post("/api/stt/webhooks", content=body, headers={"content-type": "application/json"})
    assert (answer.status_code, answer.json()["code"]) == (422, "malformed_body")
    assert reason in answer.json()["detail"]


async def test_json_that_does_not_say_that_it_is_json_is_told_so(client):
    answer = await client.post("/api/stt/webhooks", content=b"{}", headers={"content-type": "text/plain"})
    assert (answer.status_code, answer.json()["code"]) == (422, "malformed_body")
    assert "sent as application/json" in answer.json()["detail"]


@pytest.mark.parametrize("path", ["/bug", "/claim"])
async def test_what_nobody_foresaw_is_logged_and_answered_without_its_reason(app, path):
    async with client_of(app) as client:
        with structlog.testing.capture_logs([structlog.contextvars.merge_contextvars]) as logged:
            answer = await client.get(path, headers={"X-Request-ID": "abc"})
    assert answer.status_code == 500
    assert (answer.json()["code"], answer.json()["request_id"]) == ("internal_error", "abc")
    assert answer.headers["X-Request-ID"] == "abc"
    assert "secret" not in answer.text
    [line] = logged
    assert (line["event"], line["request_id"], line["path"]) == ("request_failed", "abc", path)
    assert line["exc_info"]


@pytest.mark.parametrize(("path", "code"), [("/database", "database_unavailable"), ("/storage", "storage_unavailable")])
async def test_a_part_that_is_away_is_a_503_that_says_when_to_come_back(app, path, code):
    async with client_of(app) as client:
        answer = await client.get(path)
    assert (answer.status_code, answer.json()["code"]) == (503, code)
    assert int(answer.headers["Retry-After"]) > 0
    assert "secret" not in answer.text
    assert "try again" in answer.json()["detail"]


@pytest.mark.parametrize(
    ("query", "body", "field"),
    [({"limit": "x"}, {"first": 1}, "limit"), ({}, {}, "first"), ({}, {"first": "x"}, "first")],
)
async def test_what_the_framework_refuses_has_the_same_shape(app, query, body, field):
    async with client_of(app) as client:
        answer = await client.post("/numbers", params=query, json=body)
    assert answer.status_code == 422
    assert (answer.json()["code"], answer.json()["field"]) == ("invalid_field", field)
    assert answer.json()["detail"].startswith(f"{field}: ")


@pytest.mark.parametrize("path", ["/", "/health/live", "/nothing", "/bug", "/database", "/api/stt/upload"])
async def test_every_answer_has_a_request_id_of_its_own(app, path):
    async with client_of(app) as client:
        ids = {(await client.get(path)).headers["X-Request-ID"] for _ in range(2)}
    assert len(ids) == 2


@pytest.mark.parametrize("given", ["a b", "x" * 65, "a\tb", "é".encode(), ""])
async def test_an_id_that_is_not_fit_for_a_log_is_replaced(client, given):
    answer = await client.get("/health/live", headers={"X-Request-ID": given})
    assert answer.headers["X-Request-ID"] != given
    assert len(answer.headers["X-Request-ID"]) == 32


@pytest.mark.parametrize("path", ["/health/live", "/nothing", "/bug"])
async def test_what_is_logged_after_a_request_does_not_have_its_id(app, path):
    with structlog.contextvars.bound_contextvars(request_id="before", other=1):
        async with client_of(app) as client:
            await client.get(path, headers={"X-Request-ID": "abc"})
        assert structlog.contextvars.get_contextvars() == {"request_id": "before", "other": 1}


async def test_pages_of_other_origins_are_not_let_in_by_default(client):
    answer = await client.get("/health/live", headers={"Origin": "https://page.example"})
    assert "Access-Control-Allow-Origin" not in answer.headers


async def test_pages_of_a_named_origin_may_read_answers_and_errors(embedded):
    app = embedded.app(cors_origins=["https://page.example"])

    @app.get("/bug")
    async def bug():
        raise ZeroDivisionError

    async with client_of(app) as client:
        for path in ("/health/live", "/nothing", "/bug"):
            answer = await client.get(path, headers={"Origin": "https://page.example"})
            assert answer.headers["Access-Control-Allow-Origin"] == "https://page.example"
            assert "X-Request-ID" in answer.headers
        other = await client.get("/health/live", headers={"Origin": "https://other.example"})
        asked = {"Origin": "https://page.example", "Access-Control-Request-Method": "POST"}
        preflight = await client.options("/api/stt/upload", headers=asked)
    assert "Access-Control-Allow-Origin" not in other.headers
    assert preflight.status_code == 200
    assert "X-Request-ID" in preflight.headers


@pytest.mark.parametrize("path", ["/", "/health/live", "/health/ready", "/docs", "/openapi.json", "/api/stt/status/no"])
async def test_head_is_answered_as_get_without_the_body(client, path):
    get, head = await client.get(path), await client.head(path)
    assert head.content == b""
    assert head.status_code == get.status_code
    assert head.headers["Content-Length"] == get.headers["Content-Length"]


async def test_head_is_named_where_get_is_allowed_and_refused_where_it_is_not(client):
    assert (await client.post("/health/live")).headers["Allow"] == "GET, HEAD"
    assert (await client.head("/api/stt/upload")).status_code == 405


class TestDocs:
    async def test_the_page_loads_nothing_from_elsewhere(self, client):
        page = await client.get("/docs")
        assert page.headers["Content-Type"].startswith("text/html")
        assert re.findall(r"https?://[^\s\"']*|//[a-z]+\.", page.text) == []
        assert '"validatorUrl": null' in page.text
        for name in re.findall(r'(?:src|href)="(docs/[^"]+)"', page.text):
            for encoding in ("gzip", "identity"):
                loaded = await client.get(f"/{name}", headers={"Accept-Encoding": encoding})
                assert len(loaded.text) > 100_000
                assert loaded.headers["Content-Type"].partition(";")[0] == FILES[name.removeprefix("docs/")]
                assert loaded.headers.get("Content-Encoding", "identity") == encoding

    async def test_nothing_else_can_be_loaded_beside_it(self, client):
        for name in ("LICENSE", "..%2f..%2fvi.txt", "swagger-ui.css.gz"):
            assert (await client.get(f"/docs/{name}")).status_code == 404

    async def test_it_finds_the_description_behind_a_proxy_that_takes_a_prefix_away(self, client):
        assert "url: 'openapi.json'" in (await client.get("/docs")).text

    @pytest.mark.parametrize("seen", ["", "/stt"])
    async def test_under_a_known_prefix_everything_names_it(self, embedded, seen):
        async with client_of(embedded.app(root_path="/stt")) as client:
            assert "url: '/stt/openapi.json'" in (await client.get(f"{seen}/docs")).text
            assert (await client.get(f"{seen}/openapi.json")).json()["servers"] == [{"url": "/stt"}]
            assert (await client.get(f"{seen}/")).json()["docs"] == "/stt/docs"
            assert (await client.get(f"{seen}/api/stt/status/no")).json()["code"] == "job_not_found"


async def test_making_an_app_touches_nothing(tmp_path):
    async with embedded_service(tmp_path) as embedded:
        before = await embedded.files()
        embedded.app()
        assert await embedded.files() == before


class TestOpenApi:
    @pytest.fixture
    async def document(self, client):
        return (await client.get("/openapi.json")).json()

    def test_the_upload_is_described_as_the_form_that_it_is(self, document):
        operation = document["paths"]["/api/stt/upload"]["post"]
        form = operation["requestBody"]["content"]["multipart/form-data"]["schema"]
        assert operation["requestBody"]["required"] is True
        assert form["required"] == ["file"]
        assert form["properties"]["file"]["format"] == "binary"
        assert set(form["properties"]) == {
            "file", "language", "model", "priority", "engine", "task", "prompt", "hotwords", "channels", "tone_marks",
            "track", "speakers", "known_speakers", "metadata", "webhook_url", "delete_audio_after", "delete_text_after",
        }  # fmt: skip
        assert form["properties"]["priority"]["enum"] == ["low", "normal", "high"]
        assert form["properties"]["tone_marks"]["enum"] == ["as-written", "old", "new"]
        assert all(described["description"] for described in form["properties"].values())
        assert set(operation["responses"]) == {
            "200", "400", "401", "403", "408", "409", "413", "415", "421", "422", "429", "500", "503", "507"
        }  # fmt: skip

    def test_every_refusal_has_the_one_shape(self, document):
        refused = {
            answer["content"]["application/problem+json"]["schema"]["$ref"]
            for path, methods in document["paths"].items()
            if path.startswith("/api/")
            for operation in methods.values()
            for status, answer in operation["responses"].items()
            if status >= "400"
        }
        assert refused == {"#/components/schemas/ErrorBody"}

    def test_no_reference_leads_nowhere(self, document):
        def references(node):
            if isinstance(node, dict):
                yield from ([node["$ref"]] if "$ref" in node else [])
                node = list(node.values())
            for child in node if isinstance(node, list) else []:
                yield from references(child)

        for reference in references(document):
            found = document
            for step in reference.removeprefix("#/").split("/"):
                found = found[step]

    def test_operations_are_called_as_their_functions(self, document):
        names = {op["operationId"] for methods in document["paths"].values() for op in methods.values()}
        openai = {"create_transcription", "create_translation", "list_models", "retrieve_model"}
        jobs = {
            "create_job",
            "delete_job",
            "cancel_job",
            "retry_job",
            "show_job",
            "job_events",
            "all_events",
            "job_media",
            "list_jobs",
            "job_peaks",
            "job_transcript",
        }
        keys = {"create_key", "list_keys", "rotate_key", "revoke_key"}
        edits = {"edit_transcript", "list_versions", "show_version", "revert_transcript", "redo_job"}
        uploads = {"create_upload", "show_upload", "append_to_upload", "end_upload", "upload_options"}
        uploads |= {"create_direct_upload", "confirm_direct_upload", "end_direct_upload"}
        webhooks = {
            "create_webhook", "list_webhooks", "show_webhook", "delete_webhook", "rotate_webhook_secret",
            "resume_webhook", "test_webhook", "list_deliveries", "redeliver", "change_webhook", "pause_webhook",
        }  # fmt: skip
        own = {"upload", "status", "result", "cancel", "options", "session", "live", "ready", "metrics"}
        system = {"system", "give_duty"}
        speakers = {"create_speaker", "list_speakers", "delete_speaker"}
        assert names == own | system | jobs | edits | uploads | keys | webhooks | openai | speakers
