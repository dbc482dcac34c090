"""The page's files as they are served: what lies in `web/` of the package, once read, with types and checksums."""

import gzip
import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable

TYPES = {
    "html": "text/html; charset=utf-8",
    "css": "text/css; charset=utf-8",
    "js": "text/javascript; charset=utf-8",
    "svg": "image/svg+xml",
    "json": "application/json",
    "": "text/plain; charset=utf-8",
}
"""By extension; licences have none."""
SECURITY = {
    # Nothing from elsewhere, nothing inline. lit-html makes templates of strings, and says so by its policy's name.
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "media-src 'self' blob:; connect-src 'self'; manifest-src 'self'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types lit-html",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "microphone=(self), camera=(), geolocation=(), display-capture=()",
}
_FOLDER = "{{web}}"
"""What stands in the page where the folder of its files belongs."""


@dataclass(frozen=True)
class PageFile:
    """One file; `packed` is the body compressed by gzip, `etag` names its content."""

    body: bytes
    packed: bytes
    media_type: str
    etag: str

    @classmethod
    def of(cls, name: str, body: bytes) -> "PageFile":
        """The file of that name."""
        extension = name.rpartition("/")[2].partition(".")[2].rpartition(".")[2]
        etag = f'W/"{hashlib.sha256(body).hexdigest()[:32]}"'
        return cls(body, gzip.compress(body, 9, mtime=0), TYPES[extension], etag)


@dataclass(frozen=True)
class Page:
    """The page: `start` is its HTML, `files` by path what that loads from `web/{version}/`."""

    start: PageFile
    files: Mapping[str, PageFile]
    version: str


@cache
def page() -> Page:
    """The page in this package. Its files lie under a name made of their content, so that browsers may keep them."""
    bodies = dict(sorted(_bodies(files("stt").joinpath("web"))))
    html = bodies.pop("index.html")
    digest = hashlib.sha256()
    for name, body in bodies.items():
        digest.update(b"%s\0%d\0%s" % (name.encode(), len(body), body))
    version = digest.hexdigest()[:16]
    start = PageFile.of("index.html", html.replace(_FOLDER.encode(), f"web/{version}".encode()))
    return Page(start, {name: PageFile.of(name, body) for name, body in bodies.items()}, version)


def _bodies(folder: Traversable, under: str = "") -> Iterator[tuple[str, bytes]]:
    for entry in folder.iterdir():
        name = f"{under}{entry.name}"
        if entry.is_dir():
            yield from _bodies(entry, f"{name}/")
        else:
            yield name, entry.read_bytes()
