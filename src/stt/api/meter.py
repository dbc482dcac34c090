"""Requests, counted by the template of their route."""

import time

from starlette.routing import BaseRoute, Match
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from stt.core.metrics.table import REQUEST_SECONDS, REQUESTS

NONE = "none"
"""The route of what no route is for, and the status of what was not answered."""
METHODS = frozenset({"GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "HEAD"})


class Meter:
    """Counts each request once its answer begins, or it ends without one."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one request."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        begun, status, seconds = time.perf_counter(), NONE, 0.0

        async def noted(message: Message) -> None:
            nonlocal status, seconds
            if message["type"] == "http.response.start":
                status, seconds = str(message["status"]), time.perf_counter() - begun
            await send(message)

        try:
            await self.app(scope, receive, noted)
        finally:
            method = scope["method"] if scope["method"] in METHODS else NONE
            route = _template(scope)
            REQUESTS.labels(method, route, status).inc()
            if status != NONE:
                REQUEST_SECONDS.labels(method, route).observe(seconds)


def _template(scope: Scope) -> str:
    """The path as the route has it: what callers put into it is never a label."""
    found = scope.get("route") or _refused(scope)
    return str(getattr(found, "path", NONE))


def _refused(scope: Scope) -> BaseRoute | None:
    """The route of a request that did not get to it."""
    routes: list[BaseRoute] = scope["app"].routes if "app" in scope else []
    return next((route for route in routes if route.matches(scope)[0] is not Match.NONE), None)
