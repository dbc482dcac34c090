"""What a route asks of its callers: a key for it, unless the route says that it is public."""

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from fastapi.routing import APIRoute
from starlette.requests import HTTPConnection
from starlette.routing import BaseRoute, Match
from starlette.types import Scope as Request

from stt.domain.access.scopes import Access, Scope
from stt.domain.errors import Unauthorized, Unavailable

Marked = TypeVar("Marked", bound=Callable[..., Any] | BaseRoute)

ACCESS = "access"
"""Where the state of a request has what its caller may do."""
ASK_AGAIN = "ask_again"
"""Where it has what finds that out anew."""
PUBLIC = None
"""Nothing is asked."""
_MARK = "asked_of_callers"
_SCHEME = {"type": "http", "scheme": "bearer", "description": "A key; needed as soon as there is one."}


def found_for(request: HTTPConnection) -> Access:
    """What the caller may do, as the gate found; a `KeyError` where none stands in front of the route."""
    access: Access = request.scope["state"][ACCESS]
    return access


async def may_still(request: HTTPConnection) -> bool:
    """Whether a caller whose request goes on and on would be let in now; `True` while nobody can tell."""
    try:
        await request.scope["state"][ASK_AGAIN]()
    except Unauthorized:
        return False
    except Unavailable:
        return True
    return True


def public(marked: Marked) -> Marked:
    """Mark an endpoint, or a route, that anybody may call, with a key or without."""
    setattr(marked, _MARK, PUBLIC)
    return marked


def admin(marked: Marked) -> Marked:
    """Mark an endpoint, or a route, for administrators."""
    setattr(marked, _MARK, Scope.ADMIN)
    return marked


def watching(marked: Marked) -> Marked:
    """Mark an endpoint, or a route, for who watches the service."""
    setattr(marked, _MARK, Scope.METRICS)
    return marked


def asked_by(route: BaseRoute, method: str) -> Scope | None:
    """The scope that a route asks for, or `PUBLIC`: what it is marked with, else by whether the method only reads."""
    for marked in (route, getattr(route, "endpoint", None)):
        if hasattr(marked, _MARK):
            asked: Scope | None = getattr(marked, _MARK)
            return asked
    return Scope.READ if method in ("GET", "HEAD") else Scope.WRITE


def asked_of(request: Request, routes: Sequence[BaseRoute]) -> Scope | None:
    """The same for a request; that there is no such route is told to whoever may read."""
    for route in routes:
        match, _ = route.matches(request)
        if match is Match.FULL:
            return asked_by(route, request["method"])
    return Scope.READ


def with_keys(document: dict[str, Any], routes: Sequence[BaseRoute]) -> dict[str, Any]:
    """The OpenAPI document of these routes, and in it the scope that each operation asks for."""
    document.setdefault("components", {})["securitySchemes"] = {"key": _SCHEME}
    for route in routes:
        if isinstance(route, APIRoute) and route.include_in_schema:
            for method in route.methods or ():
                asked = asked_by(route, method)
                operation = document["paths"][route.path_format][method.lower()]
                operation["security"] = [] if asked is PUBLIC else [{"key": [asked]}]
    return document
