"""Fetching: whole, verified, or not at all. The hub is one of our own on loopback."""

import hashlib
import json
import os
import subprocess
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[4]
CONTENT = {"config.json": b"{}", "tokenizer.json": b"{}", "vocabulary.json": b"[]", "model.bin": b"weights" * 5000}
COMMIT = "0123456789abcdef0123456789abcdef01234567"


class Hub(ThreadingHTTPServer):
    """Speaks as much of the hub's protocol as a download takes; `lies` changes what it tells of a file."""

    daemon_threads = True

    def __init__(self, lies):
        super().__init__(("127.0.0.1", 0), Handler)
        self.lies = lies


class Handler(BaseHTTPRequestHandler):
    def log_message(self, *_):
        pass

    def do_HEAD(self):
        self.answer(with_body=False)

    def do_GET(self):
        if self.path.startswith("/api/models/"):
            self.tell()
        else:
            self.answer(with_body=True)

    def tell(self):
        siblings = []
        for name, content in CONTENT.items():
            entry = {"rfilename": name, "size": len(content)}
            if name == "model.bin":
                digest = hashlib.sha256(content).hexdigest()
                entry["lfs"] = {"sha256": digest, "size": len(content), "pointerSize": 130}
            siblings.append(entry | self.server.lies.get(name, {}))
        body = json.dumps({"id": "Systran/faster-whisper-tiny", "sha": COMMIT, "siblings": siblings}).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def answer(self, *, with_body):
        content = CONTENT.get(self.path.rsplit("/", 1)[-1].partition("?")[0])
        if content is None:
            self.send_error(404)
            return
        self.send_response(200)
        self.send_header("Content-Length", str(len(content)))
        self.send_header("ETag", f'"{hashlib.sha256(content).hexdigest()}"')
        self.send_header("X-Repo-Commit", COMMIT)
        self.end_headers()
        if with_body:
            self.wfile.write(content)


@pytest.fixture
def hub(request):
    server = Hub(getattr(request, "param", {}))
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()
    thread.join()


def pull(endpoint, directory, name="tiny"):
    """In a process of its own: the hub's client reads its address once, when it is imported."""
    program = (
        "import sys; from pathlib import Path; from stt.worker.models import ModelStore;"
        "from stt.domain.errors import SttError\n"
        "try: print(ModelStore(Path(sys.argv[1])).pull(sys.argv[2], 'faster-whisper').path)\n"
        "except SttError as error: sys.exit(error.message)"
    )
    environment = os.environ | {
        "HF_ENDPOINT": endpoint,
        "HF_HOME": str(directory / "hf"),
        "HF_HUB_DISABLE_XET": "1",
        "HF_HUB_DISABLE_TELEMETRY": "1",
        "PYTHONPATH": str(ROOT / "src"),
    }
    command = [sys.executable, "-c", program, str(directory / "models"), name]
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=False, timeout=120)


def test_a_model_arrives_whole(hub, tmp_path):
    done = pull(hub, tmp_path)
    assert done.returncode == 0, done.stderr
    place = tmp_path / "models" / "tiny" / "ct2"
    assert done.stdout.strip() == str(place)
    assert {path.name: path.read_bytes() for path in place.iterdir()} == CONTENT


@pytest.mark.parametrize(
    ("hub", "reason"),
    [
        ({"model.bin": {"lfs": {"sha256": "0" * 64, "size": 35000, "pointerSize": 130}}}, "SHA-256"),
        ({"model.bin": {"size": 35001}}, "did not arrive whole"),
    ],
    indirect=["hub"],
)
def test_a_model_that_arrived_damaged_is_not_installed(hub, tmp_path, reason):
    done = pull(hub, tmp_path)
    assert done.returncode == 1
    assert reason in done.stderr
    assert [path for path in (tmp_path / "models").rglob("*") if path.is_file()] == []


def test_a_hub_that_is_away_is_one_sentence(tmp_path):
    done = pull("http://127.0.0.1:9", tmp_path)
    assert done.returncode == 1
    assert "Systran/faster-whisper-tiny" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_repository_without_a_model_says_so(hub, tmp_path, monkeypatch):
    monkeypatch.delitem(CONTENT, "model.bin")
    done = pull(hub, tmp_path, "someone/else")
    assert "no CTranslate2 model" in done.stderr
