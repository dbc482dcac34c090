"""Files that are given to the page, and the words that come of them, whatever happens to the service meanwhile."""

import re

import pytest
from playwright.sync_api import expect

from tests.acceptance.page.conftest import SETTINGS
from tools.service import Service
from tools.speech import compose, write


@pytest.fixture(scope="module")
def service(tmp_path_factory):
    settings = SETTINGS | {"STT_CHUNK_SECONDS": "10", "STT_CHILDREN": "1", "STT_BATCH_SIZE": "1"}
    with Service(tmp_path_factory.mktemp("service"), settings) as running:
        yield running


@pytest.fixture(scope="module")
def talk(tmp_path_factory):
    return write(compose("vi", 40, seed=51), tmp_path_factory.mktemp("audio") / "buổi nói chuyện.flac")


def give(page, *files):
    page.set_input_files("input[type=file]", [str(file) for file in files])


def test_a_file_becomes_words_while_one_looks_on(visit, service, talk):
    page = visit().open(service)
    give(page, talk)
    page.get_by_role("link", name=re.compile("buổi nói chuyện")).click()
    words_before_the_end = "() => document.querySelector('.text p') && document.querySelector('.arriving')"
    page.wait_for_function(words_before_the_end, timeout=180_000)
    page.get_by_text("Download").wait_for(timeout=240_000)
    job_id = page.url.rpartition("/")[2]
    told = service.result(job_id)
    written = [segment["text"].strip() for segment in told["segments"]]
    expect(page.locator(".text p")).to_have_text(written)
    page.reload()
    page.get_by_text("Download").wait_for()
    expect(page.locator(".text p")).to_have_text(written)
    page.keyboard.press("Space")
    page.wait_for_function("() => document.querySelector('audio').currentTime > 0")


def test_what_is_no_recording_is_refused_in_words_and_stays_until_it_is_removed(visit, service, tmp_path):
    (tmp_path / "letter.mp3").write_text("Dear all, this is no recording. " * 40)
    page = visit().open(service)
    give(page, tmp_path / "letter.mp3")
    expect(page.get_by_role("alert")).to_contain_text("letter.mp3")
    page.get_by_role("button", name="Remove: letter.mp3").click()
    expect(page.locator(".upload")).to_have_count(0)


def test_a_service_that_is_killed_costs_no_file_not_even_with_a_reload(visit, tmp_path, talk):
    with Service(tmp_path, SETTINGS, commands=("api",)) as service:
        page = visit().open(service)
        page.locator("select[name=model]").wait_for()
        expect(page.locator("select[name=model]")).to_contain_text("demo")
        service.kill("api")
        give(page, talk)
        page.get_by_text("The file is safe here").wait_for()
        page.get_by_text("does not answer").wait_for()
        service.start("api", "api")
        service.wait_until_ready()
        page.get_by_role("link", name=re.compile("buổi nói chuyện")).wait_for()
        expect(page.get_by_text("does not answer")).to_have_count(0)
        expect(page.locator(".upload")).to_have_count(0)

        page.route(
            "**/api/stt/jobs", lambda route: route.abort() if route.request.method == "POST" else route.fallback()
        )
        give(page, talk)
        page.get_by_text("The file is safe here").wait_for()
        page.unroute("**/api/stt/jobs")
        page.on("dialog", lambda dialog: dialog.accept())
        page.reload()
        expect(page.get_by_role("link", name=re.compile("buổi nói chuyện"))).to_have_count(2, timeout=60_000)
        expect(page.locator(".upload")).to_have_count(0)


def test_jobs_are_listed_and_searched_by_what_is_said_in_them(visit, service, talk):
    job_id = service.submit(talk)
    service.wait(job_id, 240)
    words = service.result(job_id)["text"].split()
    page = visit().open(service)
    page.locator(f"a[href='#/jobs/{job_id}']").wait_for()
    search = page.get_by_placeholder("Search names and words")
    search.fill(f'"{words[0]} {words[1]}"')
    page.locator(f"a[href='#/jobs/{job_id}']").wait_for()
    search.fill("nothingsaidthis")
    page.get_by_text("Nothing matches").wait_for()
    search.fill("")
    page.locator("select").filter(has_text="Failed").select_option("FAILED")
    page.get_by_text("Nothing matches").wait_for()


def test_choices_and_language_are_remembered(visit, service):
    page = visit().open(service)
    page.locator("select[name=language]").select_option("en")
    page.get_by_role("button", name="Tiếng Việt").click()
    page.reload()
    expect(page.locator("html")).to_have_attribute("lang", "vi")
    expect(page.locator("select[name=language]")).to_have_value("en")


def test_the_microphone_is_recorded_into_a_file(visit, service):
    new = visit(permissions=["microphone"])
    page = new.open(service)
    page.get_by_role("button", name="Record").click()
    page.locator(".recording .clock").filter(has_text="0:01").wait_for()
    page.get_by_role("button", name="Stop").click()
    page.get_by_role("link", name=re.compile("Recording")).wait_for()
