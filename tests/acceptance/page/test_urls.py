"""Files that the service fetches itself, because the page was given their address."""

import functools
import threading
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer

import pytest
from playwright.sync_api import expect

from tests.acceptance.page.conftest import SETTINGS
from tests.acceptance.page.test_reading import AXE, look
from tools.encoded_audio import encoded
from tools.service import Service

PASTE = """text => {
    const clipboardData = new DataTransfer();
    clipboardData.setData("text/plain", text);
    document.activeElement.dispatchEvent(new ClipboardEvent("paste", {clipboardData, bubbles: true}));
}"""


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_):
        """Nothing: what is asked is no news."""


@pytest.fixture(scope="module")
def elsewhere(tmp_path_factory):
    """The URL of a folder with a recording in it."""
    folder = tmp_path_factory.mktemp("elsewhere")
    (folder / "talk.mp3").write_bytes(encoded(".mp3"))
    with ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Quiet, directory=str(folder))) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


@pytest.fixture(scope="module")
def fetching(tmp_path_factory):
    """A service that may ask this machine for files."""
    settings = SETTINGS | {"STT_ALLOW_PRIVATE_URLS": "true"}
    with Service(tmp_path_factory.mktemp("fetching"), settings, commands=("api",)) as service:
        yield service


def test_the_address_of_a_file_becomes_a_job(visit, fetching, elsewhere):
    page = visit().open(fetching)
    page.get_by_label("address of a file").fill(f"{elsewhere}/talk.mp3")
    page.keyboard.press("Enter")
    expect(page.get_by_role("link", name="talk.mp3")).to_have_count(1)
    expect(page.locator(".upload")).to_have_count(0)
    expect(page.get_by_label("address of a file")).to_have_value("")


def test_an_address_that_is_pasted_becomes_a_job_with_what_is_chosen(visit, fetching, elsewhere):
    page = visit().open(fetching)
    page.locator("select[name=language]").select_option("en")
    page.get_by_role("heading", name="Transcripts").click()
    page.evaluate(PASTE, "no address")
    with page.expect_response(lambda answer: answer.request.method == "POST") as created:
        page.evaluate(PASTE, f"{elsewhere}/talk.mp3?pasted")
    job_id = created.value.json()["job_id"]
    assert fetching.get(f"/api/stt/jobs/{job_id}").json()["language"] == "en"
    page.locator(f'a[href*="{job_id}"]').first.wait_for()


def test_what_cannot_be_fetched_is_said_in_words(visit, api, fetching, elsewhere):
    page = visit().open(fetching)
    for asked, said in ((f"{elsewhere}/no.mp3", "answered 404"), ("talk.mp3", "is no URL")):
        page.get_by_label("address of a file").fill(asked)
        page.get_by_role("button", name="Fetch").click()
        expect(page.get_by_role("alert").filter(has_text=said)).to_have_count(1)
        page.get_by_role("button", name=f"Remove: {asked}").click()
    page = visit().open(api)
    page.get_by_label("address of a file").fill(f"{elsewhere}/talk.mp3")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("not in the public internet")


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_finds_nothing_in_a_refusal(visit, fetching, theme):
    if not AXE.exists():
        pytest.skip("axe-core is missing: run scripts/sdks")
    page = visit(color_scheme=theme, viewport={"width": 390, "height": 800}, reduced_motion="reduce").open(fetching)
    page.get_by_role("button", name="Tiếng Việt").click()
    page.get_by_label("địa chỉ của tệp").fill("ftp://máy.example/bài nói.mp3")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("địa chỉ này: địa chỉ phải bắt đầu bằng http")
    look(page)
