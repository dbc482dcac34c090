from dataclasses import fields
from functools import partial

import httpx
import pytest
from fastapi import APIRouter, Depends, FastAPI, HTTPException, Request

from stt.api import app as app_module
from stt.api.routes import job_routes
from stt.api.routes.shortcut import Shortcut
from stt.api.schemas.job import JobBody
from stt.domain.access.owner import ANONYMOUS
from stt.domain.jobs.job import JobStatus
from stt.repositories.jobs.new_jobs import NewJob

JOB = "0b2f6d0e-5a1c-4d57-9f1e-0f4f3f8f9c55"
PATH = f"/api/stt/status/{JOB}"


async def bring_to(status, jobs):
    """Make a job and let it go as far."""
    await jobs.add(NewJob(ANONYMOUS, JOB, "băng ghi.mp3", f"uploads/{JOB}/băng ghi.mp3", "vi", "demo", file_size=1000))
    if status is JobStatus.CANCELLED:
        await jobs.cancel(ANONYMOUS, JOB)
    elif status is not JobStatus.PENDING:
        _, claim = await jobs.claim("worker", 60)
        if status is JobStatus.FAILED:
            await jobs.fail(claim, "no_audio", "There is no sound in it.")
        else:
            await jobs.finish_prepare(claim, duration=2.5, chunks_total=0, broke_off=1.5)
    if status is JobStatus.COMPLETED:
        _, claim = await jobs.claim("worker", 60)
        await jobs.complete(claim, f"results/{JOB}/transcription.json")


@pytest.mark.parametrize("status", JobStatus)
async def test_how_a_job_stands_is_told_as_described_with_a_query_and_without(client, embedded, status):
    await bring_to(status, embedded.jobs)
    told = await client.get(PATH)
    assert JobBody.model_validate_json(told.text).model_dump_json() == told.text
    assert told.json()["status"] == status
    for query in ({"wait": 0}, {"unknown": 1}):
        checked = await client.get(PATH, params=query)
        assert (checked.status_code, checked.text) == (told.status_code, told.text) == (200, told.text)
        assert checked.headers.items() - told.headers.items() == {("x-request-id", checked.headers["X-Request-ID"])}


@pytest.mark.parametrize(
    ("wait", "reason"),
    [
        ("soon", "Input should be a valid number, unable to parse string as a number"),
        ("-1", "Input should be greater than or equal to 0"),
        ("31", "Input should be less than or equal to 30"),
        ("nan", "Input should be a finite number"),
        ("", "Input should be a valid number, unable to parse string as a number"),
    ],
)
async def test_a_wait_that_is_none_is_refused(client, embedded, wait, reason):
    await bring_to(JobStatus.PENDING, embedded.jobs)
    answer = await client.get(PATH, params={"wait": wait})
    assert answer.status_code == 422
    expected = {"detail": f"wait: {reason}.", "code": "invalid_field", "field": "wait"}
    assert answer.json() == answer.json() | expected


@pytest.mark.parametrize("query", [{}, {"wait": 0}])
async def test_a_job_that_is_none_is_refused_with_a_query_and_without(client, query):
    answer = await client.get(PATH, params=query)
    assert answer.status_code == 404
    assert (answer.json()["detail"], answer.json()["code"]) == (f"There is no job '{JOB}'.", "job_not_found")


def deny(request: Request):
    raise HTTPException(401)


def denying(router):
    """A router with a route that takes the short way, and something that denies every request."""
    router.add_api_route("/status/{job_id}", job_routes.status, route_class_override=Shortcut)
    return router


GUARDED = {
    "its router": lambda app: app.router.routes.extend(denying(APIRouter(dependencies=[Depends(deny)])).routes),
    "the route": lambda app: app.router.routes.append(
        Shortcut("/status/{job_id}", job_routes.status, dependencies=[Depends(deny)])
    ),
    "where it is included": lambda app: app.include_router(denying(APIRouter()), dependencies=[Depends(deny)]),
}


@pytest.mark.parametrize("place", GUARDED)
@pytest.mark.parametrize("query", [{}, {"wait": 0}])
async def test_whatever_denies_a_request_is_asked_with_a_query_and_without(embedded, place, query):
    app = FastAPI()
    app.state.jobs = embedded.service
    GUARDED[place](app)
    await bring_to(JobStatus.PENDING, embedded.jobs)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://stt") as client:
        assert (await client.get(f"/status/{JOB}", params=query)).status_code == 401


async def test_the_short_way_is_taken_where_nothing_denies(embedded):
    [route] = [route for route in job_routes.router.routes if isinstance(route, Shortcut)]
    assert route.reads_path_alone()


def test_dependencies_of_the_app_which_no_route_would_see_are_refused(monkeypatch):
    monkeypatch.setattr(app_module, "FastAPI", partial(FastAPI, dependencies=[Depends(deny)]))
    with pytest.raises(TypeError, match="none of the app's dependencies"):
        app_module.create_app(app_module.Services(*[None] * len(fields(app_module.Services))))
