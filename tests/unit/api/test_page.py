import gzip
import hashlib
import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from stt.api.page import page

ROOT = Path(__file__).parents[3]
WEB = ROOT / "src/stt/web"
BROWSER = {"Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"}
FIRST_VIEW_BYTES = 100_000


def loaded_from(html):
    return re.findall(r'(?:src|href)="(web/[^"]+)"', html)


async def test_a_browser_is_given_the_page_and_a_program_where_to_go(client):
    shown = await client.get("/", headers=BROWSER)
    assert shown.headers["Content-Type"] == "text/html; charset=utf-8"
    assert shown.text.startswith("<!doctype html>")
    for accept in ("*/*", "application/json"):
        told = await client.get("/", headers={"Accept": accept})
        assert told.json()["docs"] == "/docs"
    assert shown.headers["Vary"] == "Accept, Accept-Encoding"
    assert told.headers["Vary"] == "Accept"


async def test_what_the_page_loads_is_there_and_may_be_kept_for_ever(client):
    names = loaded_from((await client.get("/", headers=BROWSER)).text)
    assert {name.rpartition(".")[2] for name in names} == {"css", "js", "svg"}
    for name in names:
        answer = await client.get(f"/{name}")
        assert answer.status_code == 200
        assert "immutable" in answer.headers["Cache-Control"]


@pytest.mark.parametrize(
    ("name", "media_type"),
    [
        ("app.js", "text/javascript; charset=utf-8"),
        ("style/base.css", "text/css; charset=utf-8"),
        ("icon.svg", "image/svg+xml"),
        ("vendor/lit-html/LICENSE", "text/plain; charset=utf-8"),
    ],
)
async def test_files_have_their_types_and_are_sent_compressed_to_whoever_takes_that(client, name, media_type):
    path = f"/web/{page().version}/{name}"
    packed = await client.get(path, headers={"Accept-Encoding": "gzip"})
    plain = await client.get(path, headers={"Accept-Encoding": "identity"})
    assert packed.headers["Content-Encoding"] == "gzip"
    assert "Content-Encoding" not in plain.headers
    assert packed.content == plain.content == (WEB / name).read_bytes()
    assert plain.headers["Content-Type"] == media_type


@pytest.mark.parametrize("name", ["app.py", "..%2fpage.py", "index.html", "", "words/"])
async def test_nothing_else_is_served(client, name):
    assert (await client.get(f"/web/{page().version}/{name}")).status_code == 404


async def test_another_version_is_not_there(client):
    assert (await client.get("/web/0123456789abcdef/app.js")).status_code == 404


async def test_the_page_that_a_browser_has_already_is_not_sent_again(client):
    first = await client.get("/", headers=BROWSER)
    again = await client.get("/", headers=BROWSER | {"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert first.headers["Cache-Control"] == "no-cache"


async def test_nothing_from_elsewhere_and_nothing_inline_can_run(client):
    for path in ("/", f"/web/{page().version}/app.js"):
        headers = (await client.get(path, headers=BROWSER)).headers
        policy = dict(part.strip().split(" ", 1) for part in headers["Content-Security-Policy"].split(";"))
        assert policy["default-src"] == "'none'"
        assert policy["script-src"] == policy["style-src"] == policy["connect-src"] == "'self'"
        assert policy["frame-ancestors"] == "'none'"
        assert headers["X-Content-Type-Options"] == "nosniff"
    html = page().start.body.decode()
    assert not re.search(r"<script(?![^>]*\bsrc=)|<style|\bstyle=|\bon\w+=", html)


def test_the_first_view_is_small():
    sent = sum(len(gzip.compress(file.body)) for name, file in page().files.items() if name.endswith((".js", ".css")))
    assert sent < FIRST_VIEW_BYTES


def test_no_file_names_another_host():
    for path in WEB.rglob("*"):
        if path.is_file() and "vendor" not in path.parts:
            hosts = set(re.findall(r"(?:https?:)?//([\w.-]+\.\w+)", path.read_text()))
            assert hosts <= {"www.w3.org"}, path


def test_libraries_are_as_they_were_published_with_their_licences():
    sources = json.loads((WEB / "vendor/source.json").read_text())
    sums = {name: digest for source in sources for name, digest in source["files"].items()}
    here = {p.relative_to(WEB / "vendor").as_posix(): p for p in (WEB / "vendor").rglob("*") if p.is_file()}
    del here["source.json"]
    assert {name: hashlib.sha256(path.read_bytes()).hexdigest() for name, path in here.items()} == sums
    for source in sources:
        assert any(Path(name).name in ("LICENSE", "LICENCE") for name in source["files"])


async def test_what_can_be_chosen_is_told(client):
    offered = (await client.get("/api/stt/options")).json()
    assert (offered["language"], offered["model"]) == ("vi", "demo")
    assert offered["languages"][:2] == ["auto", "multi"]
    assert {"vi", "en"} <= set(offered["languages"])
    assert "demo" in offered["models"]
    assert offered["max_upload_bytes"] == 8 * 1024 * 1024
    assert ".mp3" in offered["extensions"]


def test_the_modules_do_what_they_say():
    node = shutil.which("node")
    if node is None:
        pytest.skip("node is not installed")
    tests = sorted(map(str, (ROOT / "tests/web").glob("*.test.mjs")))
    done = subprocess.run([node, "--test", *tests], capture_output=True, text=True, timeout=600, check=False)
    assert done.returncode == 0, done.stdout[-6000:] + done.stderr
