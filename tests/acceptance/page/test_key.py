"""A service that wants a key: the page asks for it, and nothing else changes."""

import subprocess
import sys

import pytest
from playwright.sync_api import expect

from tests.acceptance.page.conftest import SETTINGS
from tests.acceptance.page.seeded import WORD_SECONDS, finished_job, silence, talk
from tools.service import Service

WORDS = 60


@pytest.fixture(scope="module")
def guarded(tmp_path_factory):
    """A service with a finished job, and a key that may see it."""
    directory = tmp_path_factory.mktemp("guarded")
    with Service(directory, SETTINGS, commands=("api",)) as service:
        audio = silence(directory / "talk.wav", WORDS * WORD_SECONDS)
        service.job_id = finished_job(service, talk(WORDS), "talk.wav", audio)
        command = [sys.executable, "-m", "stt", "keys", "create", "page", "--owner", "anonymous"]
        made = subprocess.run(command, env=service.environment, capture_output=True, text=True, check=True)
        service.key = made.stdout.split()[0]
        yield service


def test_a_key_is_asked_for_once_and_opens_everything(visit, guarded):
    page = visit().open(guarded)
    dialog = page.get_by_role("dialog")
    dialog.get_by_text("Whoever runs it gives you one").wait_for()
    dialog.get_by_label("Key").fill("stt_wrong")
    dialog.get_by_role("button", name="Go on").click()
    dialog.get_by_text("does not know this key").wait_for()
    dialog.get_by_label("Key").fill(guarded.key)
    dialog.get_by_role("button", name="Go on").click()
    page.get_by_role("link", name="talk.wav").click()
    page.locator(".track.drawn").wait_for()
    expect(dialog).to_have_count(0)
    page.keyboard.press("k")
    page.wait_for_function("() => document.querySelector('audio').currentTime > 0")
    page.locator(".menu summary").click()
    with page.expect_download():
        page.locator(".menu button").filter(has_text="SRT").click()
    page.reload()
    page.locator(".track.drawn").wait_for()
    assert page.evaluate("localStorage.getItem('stt.key')") is None, "it is kept for this tab alone"
