"""The prefix under which a proxy shows the service."""

from starlette.types import ASGIApp, Receive, Scope, Send


class Prefix:
    """Tells the routes of it (ASGI's `root_path`), whether the proxy takes it away from the path or not."""

    def __init__(self, app: ASGIApp, prefix: str) -> None:
        self.app = app
        self.prefix = prefix

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one request."""
        if scope["type"] == "http":
            path = scope["path"]
            kept = path == self.prefix or path.startswith(f"{self.prefix}/")
            scope = {**scope, "root_path": self.prefix, "path": path if kept else self.prefix + path}
        await self.app(scope, receive, send)
