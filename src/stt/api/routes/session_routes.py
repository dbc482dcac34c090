"""A key for what a browser asks by itself."""

from operator import attrgetter

from fastapi import APIRouter, Request
from starlette.responses import Response

from stt.api.gate import COOKIE, bearer
from stt.api.schemas.error import ANY_REFUSAL

router = APIRouter(
    prefix="/api/stt", tags=["keys"], responses=ANY_REFUSAL, generate_unique_id_function=attrgetter("name")
)


@router.get("/session", status_code=204, response_class=Response)
async def session(request: Request) -> Response:
    """Let this browser read with the key it is called with, until it is closed: players cannot send the header.

    The key comes back as a cookie that no script can read, that no other site can have sent, and that counts for
    reading jobs alone. Called without a key, it takes the cookie back.
    """
    answer = Response(status_code=204, headers={"Cache-Control": "no-store"})
    path = f"{request.scope.get('root_path', '')}/api/stt/jobs"
    secure = request.url.scheme == "https"
    secret = bearer(request.headers)
    if secret:
        answer.set_cookie(COOKIE, secret, path=path, secure=secure, httponly=True, samesite="strict")
    else:
        answer.delete_cookie(COOKIE, path=path, secure=secure, httponly=True, samesite="strict")
    return answer
