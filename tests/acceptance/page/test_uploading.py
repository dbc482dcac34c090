"""Long files on their way: stopped, lost and taken up again, until there is one job with every byte."""

import re

import httpx
import pytest
from playwright.sync_api import expect

from tests.acceptance.page.conftest import SETTINGS
from tests.acceptance.page.test_reading import AXE, look
from tools.service import Service
from tools.speech import compose, write

SLOW = {"offline": False, "latency": 0, "downloadThroughput": -1, "uploadThroughput": 2_000_000}
FAST = SLOW | {"uploadThroughput": -1}
NO_ROOM = """IDBObjectStore.prototype.put = (put => function (value, ...key) {
    if (value instanceof Blob) throw new DOMException("full", "QuotaExceededError");
    return put.call(this, value, ...key);
})(IDBObjectStore.prototype.put)"""
"""A browser in which there is no room for copies of files."""


@pytest.fixture(scope="module")
def service(tmp_path_factory):
    with Service(tmp_path_factory.mktemp("service"), SETTINGS) as running:
        yield running


@pytest.fixture(scope="module")
def talk(tmp_path_factory):
    """Some 12 MB."""
    path = tmp_path_factory.mktemp("audio") / "buổi dài.wav"
    return write(compose("vi", 63, seed=51), path, sample_rate=48_000, channels=2)


@pytest.fixture
def page(visit, service):
    return opened(visit(), service)


def opened(new, service):
    """The first view, over a slow line."""
    page = new.open(service)
    page.line = page.context.new_cdp_session(page)
    page.line.send("Network.enable")
    page.line.send("Network.emulateNetworkConditions", SLOW)
    page.on("dialog", lambda dialog: dialog.accept())
    return page


def half_sent(page, path, part=0.25):
    page.set_input_files("input[type=file]", str(path))
    page.wait_for_function(f"() => document.querySelector('.upload progress')?.position > {part}")


def offsets(page):
    """Where each request that sends bytes begins, from now on.

    The last of them tells: the service may still be putting away what the page before had sent, and then refuses a
    first one that begins too early.
    """
    seen = []
    page.on("request", lambda r: r.method == "PATCH" and seen.append(int(r.headers["upload-offset"])))
    return seen


def becomes_one_job(page, service, path):
    """The id of the one job of that name, which has the bytes of the file."""
    link = page.get_by_role("link", name=re.compile(path.stem))
    expect(link).to_have_count(1, timeout=60_000)
    expect(page.locator(".upload")).to_have_count(0)
    job_id = link.get_attribute("href").rpartition("/")[2]
    assert service.get(f"/api/stt/jobs/{job_id}/media").content == path.read_bytes()
    return job_id


@pytest.fixture(autouse=True)
def nothing_left(service):
    """Whatever a test has made is removed, so that the next one finds its own."""
    yield
    for job in service.get("/api/stt/jobs").json()["data"]:
        httpx.delete(f"{service.url}/api/stt/jobs/{job['job_id']}", timeout=30, verify=False).raise_for_status()


def test_a_reload_in_the_middle_of_an_upload_goes_on_and_ends_with_the_job(page, service, talk):
    half_sent(page, talk)
    seen = offsets(page)
    page.reload()
    page.line.send("Network.emulateNetworkConditions", FAST)
    job_id = becomes_one_job(page, service, talk)
    assert 0 < seen[-1] < talk.stat().st_size, "what had arrived was not sent again"
    assert service.wait(job_id, 240)["status"] == "COMPLETED"
    assert len(service.result(job_id)["text"].split()) > 20


def test_an_upload_is_stopped_and_goes_on_also_after_a_reload(page, service, talk):
    half_sent(page, talk)
    page.get_by_text(re.compile(r"MB/s · .* left")).wait_for()
    page.get_by_role("button", name=f"Pause: {talk.name}").click()
    page.get_by_text("Paused").wait_for()
    page.reload()
    page.get_by_text("Paused").wait_for()
    seen = offsets(page)
    page.line.send("Network.emulateNetworkConditions", FAST)
    page.get_by_role("button", name=f"Go on: {talk.name}").click()
    becomes_one_job(page, service, talk)
    assert seen[-1] > 0


def test_a_file_that_the_browser_could_not_keep_goes_on_when_it_is_chosen_again(visit, service, talk):
    new = visit()
    new.context.add_init_script(NO_ROOM)
    page = opened(new, service)
    half_sent(page, talk)
    page.reload()
    page.get_by_text("Choose this file again").wait_for()
    seen = offsets(page)
    page.line.send("Network.emulateNetworkConditions", FAST)
    page.set_input_files("input[type=file]", str(talk))
    becomes_one_job(page, service, talk)
    assert seen[-1] > 0


def test_another_tab_does_not_send_the_same_but_goes_on_when_this_one_is_closed(page, service, talk):
    page.line.send("Network.emulateNetworkConditions", SLOW | {"uploadThroughput": 300_000})
    half_sent(page, talk, 0.1)
    other = page.context.new_page()
    seen = offsets(other)
    other.goto(service.url)
    other.get_by_role("heading", name="Transcripts").wait_for()
    other.wait_for_timeout(500)
    assert other.locator(".upload").count() == 0
    page.close()
    becomes_one_job(other, service, talk)
    assert seen[-1] > 0


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_finds_nothing_while_files_are_on_their_way(visit, service, talk, theme):
    if not AXE.exists():
        pytest.skip("axe-core is missing: run scripts/sdks")
    new = visit(color_scheme=theme, viewport={"width": 390, "height": 800}, reduced_motion="reduce")
    page = opened(new, service)
    half_sent(page, talk)
    page.get_by_role("button", name=f"Pause: {talk.name}").click()
    page.get_by_text("Paused").wait_for()
    look(page)
    page.get_by_role("button", name=f"Remove: {talk.name}").click()
    expect(page.locator(".upload")).to_have_count(0)
