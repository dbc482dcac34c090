"""docs/api-examples.md does what it says: every block of it is run, in order, against a real process."""

import re
import subprocess
import sys
import threading
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer

import pytest

from stt.worker.models.store import PACKAGED
from tests.acceptance.conftest import environment_of
from tests.acceptance.service import Service
from tools.service import ROOT

PAGE = (ROOT / "docs/api-examples.md").read_text(encoding="utf-8")
BLOCKS = [
    (f"{section.partition(chr(10))[0]}, {kind}", kind, block)
    for section in PAGE.split("\n## ")[1:]
    for kind, block in re.findall(r"```(sh|python)\n(.*?)```", section, re.DOTALL)
]
# A command that is refused fails, and says with what.
BASH = 'set -euo pipefail; curl() { command curl --silent --show-error --fail-with-body "$@"; }\n'


class Files(SimpleHTTPRequestHandler):
    """What lies at https://files.example and https://hooks.example."""

    def do_POST(self):
        self.rfile.read(int(self.headers["content-length"]))
        self.send_response(204)
        self.end_headers()

    def log_message(self, *_):
        pass


@pytest.fixture(scope="module")
def place(request, tmp_path_factory):
    """A folder with talk.mp3, the environment of a service with an object store, and what example names mean there."""
    directory = tmp_path_factory.mktemp("place")
    (directory / "talk.mp3").write_bytes((PACKAGED / "sample-en.flac").read_bytes())
    elsewhere = ThreadingHTTPServer(("127.0.0.1", 0), partial(Files, directory=directory))
    threading.Thread(target=elsewhere.serve_forever, daemon=True).start()
    settings = {"STT_DEFAULT_MODEL": "demo", "STT_ALLOW_PRIVATE_URLS": "true"}
    with (
        environment_of(("minio",), request) as store,
        Service(tmp_path_factory.mktemp("service"), settings | store, consumers=0) as service,
    ):
        job_id = service.submit(directory / "talk.mp3", language="en")
        service.wait(job_id)
        path = f"{sys.executable.rpartition('/')[0]}:{service.environment['PATH']}"
        names = {"http://localhost:8000": service.url}
        for host in ("https://files.example", "https://hooks.example"):
            names[host] = f"http://127.0.0.1:{elsewhere.server_port}"
        yield directory, service.environment | {"JOB": job_id, "PATH": path}, names
    elsewhere.shutdown()
    elsewhere.server_close()


@pytest.mark.parametrize(("kind", "block"), [pytest.param(*block[1:], id=block[0]) for block in BLOCKS])
def test_an_example_does_what_it_says(place, kind, block):
    directory, environment, names = place
    for written, meant in names.items():
        block = block.replace(written, meant)
    command = ["bash", "-c", BASH + block] if kind == "sh" else [sys.executable, "-W", "error", "-c", block]
    done = subprocess.run(
        command, cwd=directory, env=environment, capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.strip()


def test_there_is_an_example_of_everything_that_is_done_with_jobs():
    kinds = {section.partition("\n")[0]: set(re.findall(r"```(\w+)", section)) for section in PAGE.split("\n## ")[1:]}
    assert all("sh" in kind for kind in kinds.values())
    for part in ("", "/events", "/transcript", "/media", "/peaks", "/cancel", "/retry", "/redo"):
        assert re.search(rf"(\$JOB|\$location|/api/stt/jobs){part}\b", PAGE), part
