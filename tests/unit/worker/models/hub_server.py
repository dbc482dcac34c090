"""A hub of our own on loopback: as much of its protocol as a download takes."""

import hashlib
import json
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

CONTENT = {"config.json": b"{}", "tokenizer.json": b"{}", "vocabulary.json": b"[]", "model.bin": b"weights" * 5000}
COMMIT = "0123456789abcdef0123456789abcdef01234567"


class Hub(ThreadingHTTPServer):
    """Has `content` in every repository; `lies` changes what it tells of a file, `stalls` makes it stop half-way."""

    daemon_threads = True

    def __init__(self, content=CONTENT, *, lies=None, stalls=False):
        super().__init__(("127.0.0.1", 0), _Handler)
        self.content = content
        self.lies = lies or {}
        self.stalls = stalls
        self.closing = threading.Event()
        self.ranges = []
        self.authorizations = []

    @property
    def url(self):
        return f"http://127.0.0.1:{self.server_port}"

    @contextmanager
    def running(self):
        thread = threading.Thread(target=self.serve_forever, daemon=True)
        thread.start()
        try:
            yield self
        finally:
            self.closing.set()
            self.shutdown()
            self.server_close()
            thread.join()


class _Handler(BaseHTTPRequestHandler):
    def log_message(self, *_):
        pass

    def do_GET(self):
        self.server.authorizations.append(self.headers.get("Authorization"))
        if self.path.startswith("/api/models/"):
            self.tell()
        else:
            self.answer()

    def tell(self):
        siblings = []
        for name, content in self.server.content.items():
            as_git_does = hashlib.sha1(b"blob %d\0" % len(content) + content).hexdigest()
            entry = {"rfilename": name, "size": len(content), "blobId": as_git_does}
            if name.endswith(".bin"):
                digest = hashlib.sha256(content).hexdigest()
                entry["lfs"] = {"sha256": digest, "size": len(content), "pointerSize": 130}
            siblings.append(entry | self.server.lies.get(name, {}))
        body = json.dumps({"id": "owner/name", "sha": COMMIT, "siblings": siblings}).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def answer(self):
        content = self.server.content.get(self.path.rsplit("/", 1)[-1].partition("?")[0])
        if content is None or f"/resolve/{COMMIT}/" not in self.path:
            self.send_error(404)
            return
        wanted = self.headers.get("Range")
        first = int(wanted.removeprefix("bytes=").rstrip("-")) if wanted else 0
        self.server.ranges += [wanted] if wanted else []
        self.send_response(206 if wanted else 200)
        self.send_header("Content-Length", str(len(content) - first))
        if wanted:
            self.send_header("Content-Range", f"bytes {first}-{len(content) - 1}/{len(content)}")
        self.end_headers()
        self.send_body(content[first:])

    def send_body(self, content):
        if self.server.stalls and len(content) > 1000:
            self.wfile.write(content[: len(content) // 2])
            self.wfile.flush()
            self.server.closing.wait()
            return
        self.wfile.write(content)
