"""Where a browser says that a request comes from."""

from collections.abc import Collection

from starlette.datastructures import Headers

SAFE_METHODS = ("GET", "HEAD", "OPTIONS")
"""Methods that change nothing, and whose answers a browser keeps from pages of other origins (RFC 9110, 9.2.1)."""


def is_foreign(method: str, headers: Headers, allowed: Collection[str]) -> bool:
    """Whether it is a page of another origin that wants to change something; `allowed` are those that CORS lets in.

    Browsers tell it by `Sec-Fetch-Site` (Fetch Metadata), older ones by `Origin` alone; other programs send neither.
    """
    origin = headers.get("origin")
    if method in SAFE_METHODS or (origin is not None and ("*" in allowed or origin in allowed)):
        return False
    site = headers.get("sec-fetch-site")
    if site is not None:
        return site not in ("same-origin", "none")
    return origin is not None and origin.partition("://")[2] != headers.get("host")
