"""A stretch that is marked on the page and heard again by a real consumer."""

import httpx
import pytest
from playwright.sync_api import expect

from tests.acceptance.page.conftest import SETTINGS
from tests.acceptance.page.test_reading import AXE, look
from tests.acceptance.page.test_restructuring import MARK, toolbar
from tools.service import Service
from tools.speech import compose, write


@pytest.fixture(scope="module")
def service(tmp_path_factory):
    with Service(tmp_path_factory.mktemp("service"), SETTINGS) as running:
        path = write(compose("vi", 20, seed=51), tmp_path_factory.mktemp("audio") / "talk.flac")
        running.job_id = running.submit(path)
        assert running.wait(running.job_id, 240)["status"] == "COMPLETED"
        yield running


def marked(page):
    """The first line, marked from end to end, and the dialog about it."""
    page.locator(".editing").wait_for()
    page.evaluate(MARK, [0, 0, 0, len(page.locator(".text p").first.inner_text())])
    toolbar(page).get_by_role("button", name="Hear again").click()
    dialog = page.get_by_role("dialog").filter(has_text="With another model")
    dialog.wait_for()
    return dialog


def test_a_stretch_is_heard_again_and_another_version_comes_of_it(visit, service):
    page = visit().open(service, f"/#/jobs/{service.job_id}")
    before = service.get(f"/api/stt/jobs/{service.job_id}/transcript?format=json").json()
    marked(page).get_by_role("button", name="Hear again").click()
    expect(page.get_by_role("button", name="Versions")).to_have_count(1, timeout=120_000)
    expect(page.get_by_text("is heard again")).to_have_count(0)
    after = service.get(f"/api/stt/jobs/{service.job_id}/transcript?format=json").json()
    assert after["version"] == 1
    assert [line["text"] for line in after["segments"][1:]] == [line["text"] for line in before["segments"][1:]]
    expect(page.locator(".text p")).to_have_text([line["text"] for line in after["segments"]])


def test_the_text_can_be_read_meanwhile_by_whoever_comes_then(visit, api, job_id):
    asked = {"start": 1.0, "end": 5.0}
    httpx.post(f"{api.url}/api/stt/jobs/{job_id}/redo", json=asked, timeout=30, verify=False).raise_for_status()
    page = visit().open(api, f"/#/jobs/{job_id}")
    page.locator(".progress-line").wait_for()
    page.locator(".editing").wait_for()
    expect(page.locator(".text p")).to_have_count(50)
    expect(page.locator(".arriving")).to_have_count(0)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_finds_nothing_in_the_dialog(visit, service, theme):
    if not AXE.exists():
        pytest.skip("axe-core is missing: run scripts/sdks")
    new = visit(color_scheme=theme, viewport={"width": 390, "height": 800}, reduced_motion="reduce")
    page = new.open(service, f"/#/jobs/{service.job_id}")
    marked(page)
    look(page)
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)
