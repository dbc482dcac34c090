"""A route for the question that is asked most."""

from collections.abc import Callable, Coroutine
from typing import Any

from fastapi import Request, Response
from fastapi.routing import APIRoute

from stt.api.dependencies import jobs_of


class Shortcut(APIRoute):
    """Calls its endpoint, which takes `jobs` and what the path names, at once where a request has no query.

    There is nothing to check then, and FastAPI's way through the parameters takes as long as the answer. A request
    with a query goes that way as on every other route, and so does every request if the route, its router or the place
    where that is included has a dependency besides the jobs, or reads anything else of a request: nothing that may
    deny a request can be passed by. The OpenAPI document knows of no difference.
    """

    _made = False

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """What answers a request."""
        checked = super().get_route_handler()
        # FastAPI asks once for the route itself, and again where its router is included, with what holds there.
        included, self._made = self._made, True
        if included or not self.reads_path_alone():
            return checked

        async def answer(request: Request) -> Response:
            if request.scope["query_string"] or request.app.dependency_overrides:
                return await checked(request)
            found: Response = await self.endpoint(jobs=request.app.state.jobs, **request.path_params)
            return found

        return answer

    def reads_path_alone(self) -> bool:
        """Whether a request without a query has nothing else to be read or asked before it is answered."""
        wanted = self.dependant
        only_jobs = [dependency.call for dependency in wanted.dependencies] == [jobs_of]
        others = (*wanted.header_params, *wanted.cookie_params, *wanted.body_params)
        return only_jobs and not others and not any(field.field_info.is_required() for field in wanted.query_params)
