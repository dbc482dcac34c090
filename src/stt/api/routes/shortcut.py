"""A route for the question that is asked most."""

from collections.abc import Callable, Coroutine
from typing import Any

from fastapi import Request, Response
from fastapi.routing import APIRoute


class Shortcut(APIRoute):
    """Calls its endpoint, which takes `jobs` and what the path names, at once where a request has no query.

    There is nothing to check then, and FastAPI's way through the parameters takes as long as the answer. A request
    with a query goes that way as on every other route; the OpenAPI document knows of no difference.
    """

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """What answers a request."""
        checked = super().get_route_handler()

        async def answer(request: Request) -> Response:
            if request.scope["query_string"]:
                return await checked(request)
            found: Response = await self.endpoint(jobs=request.app.state.jobs, **request.path_params)
            return found

        return answer
