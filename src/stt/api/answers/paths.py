"""Paths of this service as its callers have to write them."""

from starlette.requests import Request


def path_for(request: Request, path: str) -> str:
    """A path, behind the prefix under which a proxy has this service."""
    return f"{request.scope.get('root_path', '')}{path}"
