"""Whom webhooks are sent to, and where files are fetched from."""

import json
import threading
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@dataclass(frozen=True)
class Message:
    message_id: str
    body: bytes

    @property
    def kind(self):
        return json.loads(self.body)["type"]

    @property
    def job_id(self):
        return json.loads(self.body)["data"]["job_id"]


class Receiver:
    """Keeps every message; a context manager."""

    def __init__(self, file):
        self._file = file.read_bytes()
        self.messages = []

    def __enter__(self):
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):
                size = int(self.headers["Content-Length"])
                body = self.rfile.read(size)
                if len(body) < size:  # its sender died in the middle
                    return
                receiver.messages.append(Message(self.headers["webhook-id"], body))
                self._answer(b"")

            def do_GET(self):
                self._answer(receiver._file)

            def _answer(self, body):
                self.send_response(200)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_):
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,))
        self._thread.start()
        return self

    def __exit__(self, *_):
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()
