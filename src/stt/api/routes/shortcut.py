"""A route for the question that is asked most."""

from collections.abc import Callable, Coroutine
from typing import Any

from fastapi import Request, Response
from fastapi.routing import APIRoute

from stt.api.dependencies import forecasts_of, jobs_of, owner_of

GIVEN = {"jobs": jobs_of, "forecasts": forecasts_of, "owner": owner_of}
"""Dependencies, by the names of their parameters, that read nothing that a client can get wrong."""


class Shortcut(APIRoute):
    """Calls its endpoint, which takes what is `GIVEN` and what the path names, at once where a request has no query.

    There is nothing to check then, and FastAPI's way through the parameters takes as long as the answer. A request
    with a query goes that way as on every other route, and so does every request if the route, its router or the place
    where that is included has a dependency besides these, or reads anything else of a request: nothing that may
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

        names = {dependency.name for dependency in self.dependant.dependencies}

        async def answer(request: Request) -> Response:
            if request.scope["query_string"] or request.app.dependency_overrides:
                return await checked(request)
            given = {name: await dependency(request) for name, dependency in GIVEN.items() if name in names}
            found: Response = await self.endpoint(**given, **request.path_params)
            return found

        return answer

    def reads_path_alone(self) -> bool:
        """Whether a request without a query has nothing else to be read or asked before it is answered."""
        wanted = self.dependant
        only_given = {(each.name, each.call) for each in wanted.dependencies} <= GIVEN.items()
        others = (*wanted.header_params, *wanted.cookie_params, *wanted.body_params)
        return only_given and not others and not any(field.field_info.is_required() for field in wanted.query_params)
