"""A key for what a browser asks by itself."""

from fastapi import Request
from starlette.responses import Response

from stt.api.answers.paths import path_for
from stt.api.guard.gate import COOKIE, bearer
from stt.api.routes.routing import new_router

router = new_router("/api/stt", "keys")


@router.get("/session", status_code=204, response_class=Response)
async def session(request: Request) -> Response:
    """Let this browser read with the key it is called with, until it is closed: players cannot send the header.

    The key comes back as a cookie that no script can read, that no other site can have sent, and that counts for
    reading jobs alone. Called without a key, it takes the cookie back.
    """
    answer = Response(status_code=204, headers={"Cache-Control": "no-store"})
    path = path_for(request, "/api/stt/jobs")
    secure = request.url.scheme == "https"
    secret = bearer(request.headers)
    if secret:
        answer.set_cookie(COOKIE, secret, path=path, secure=secure, httponly=True, samesite="strict")
    else:
        answer.delete_cookie(COOKIE, path=path, secure=secure, httponly=True, samesite="strict")
    return answer
