"""The service as a whole, on a view of its own."""

import subprocess
import sys

import pytest
from playwright.sync_api import expect

from tests.acceptance.page.conftest import SETTINGS
from tests.acceptance.page.test_reading import AXE, look
from tools.encoded_audio import encoded
from tools.service import Service


def test_what_waits_without_a_worker_is_seen_and_what_was_done(visit, api, job_id, tmp_path):
    (tmp_path / "waits.mp3").write_bytes(encoded(".mp3"))
    waiting = api.submit(tmp_path / "waits.mp3")
    page = visit().open(api)
    page.get_by_role("link", name="System").focus()
    page.keyboard.press("Enter")
    page.get_by_text("All is well.").wait_for()
    page.get_by_text("No worker runs").wait_for()
    row = page.get_by_role("row").filter(has_text="Files")
    expect(row.get_by_role("cell").first).to_have_text("1")
    page.get_by_text("In the last 24 hours: 1 transcript, 4 min of audio, none failed.").first.wait_for()
    page.get_by_text("Audio and text stay on this machine.").wait_for()
    page.get_by_role("row", name="Webhooks what its users name").wait_for()
    assert api.get(f"/api/stt/jobs/{waiting}").json()["status"] == "PENDING"


def test_a_worker_is_seen_and_a_service_that_is_gone_is_said(visit, tmp_path):
    with Service(tmp_path, SETTINGS) as service:
        page = visit().open(service, "/#/system")
        page.get_by_text("has nothing to do").wait_for()
        expect(page.locator(".facts .up")).to_have_count(4)
        service.kill("serve")
        page.get_by_text("does not answer").wait_for()
        expect(page.get_by_text("has nothing to do")).to_have_count(1)


def test_a_key_that_may_not_see_it_is_told_so_in_words(visit, tmp_path):
    with Service(tmp_path, SETTINGS, commands=("api",)) as service:
        command = [sys.executable, "-m", "stt", "keys", "create", "page"]
        made = subprocess.run(command, env=service.environment, capture_output=True, text=True, check=True)
        page = visit().open(service, "/#/system")
        dialog = page.get_by_role("dialog")
        dialog.get_by_label("Key").fill(made.stdout.split()[0])
        dialog.get_by_role("button", name="Go on").click()
        page.get_by_text("All is well.").wait_for()
        page.locator(".note").filter(has_text="metrics").wait_for()


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [1100, 390])
def test_axe_finds_nothing_on_the_view(visit, api, job_id, theme, width):
    if not AXE.exists():
        pytest.skip("axe-core is missing: run scripts/sdks")
    page = visit(color_scheme=theme, viewport={"width": width, "height": 800}, reduced_motion="reduce")
    page = page.open(api, "/#/system")
    page.get_by_role("button", name="Tiếng Việt").click()
    page.get_by_text("Âm thanh và văn bản ở lại trên máy này.").wait_for()
    look(page)
