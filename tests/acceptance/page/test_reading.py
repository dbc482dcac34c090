"""A transcript that is there: read, heard, searched, taken away."""

from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.acceptance.page.seeded import GAP, WORD_SECONDS, talk

ROOT = Path(__file__).parents[3]
AXE = ROOT / ".sdks/axe/node_modules/axe-core/axe.min.js"
LIT = """name => [...(CSS.highlights.get(name) ?? [])].map(range => range.toString())"""


def lit(page, name, words):
    """Wait until exactly these words are lit so."""
    is_so = f"([name, words]) => JSON.stringify(({LIT})(name)) === JSON.stringify(words)"
    page.wait_for_function(is_so, arg=[name, words])


def plays_between(page, start, end):
    """Wait until the audio plays, and is between these seconds."""
    page.wait_for_function(
        """([from, to]) => {
            const {paused, currentTime} = document.querySelector("audio");
            return !paused && from <= currentTime && currentTime < to;
        }""",
        arg=[start - 0.01, end],
    )


@pytest.fixture
def page(visit, api, job_id):
    page = visit().open(api, f"/#/jobs/{job_id}")
    page.locator(".text p").first.wait_for()
    page.locator(".track.drawn").wait_for()
    return page


def click_word(page, segment, word):
    """A click into the middle of a word."""
    where = page.evaluate(
        """([segment, word]) => {
            const paragraph = document.querySelectorAll(".text p")[segment];
            paragraph.scrollIntoView({block: "center"});
            const words = paragraph.textContent.split(" ");
            const start = words.slice(0, word).join(" ").length + (word ? 1 : 0);
            const range = new Range();
            range.setStart(paragraph.firstChild, start);
            range.setEnd(paragraph.firstChild, start + words[word].length);
            const box = range.getBoundingClientRect();
            return [box.x + box.width / 2, box.y + box.height / 2];
        }""",
        [segment, word],
    )
    page.mouse.click(*where)


def test_a_word_that_is_clicked_is_heard_and_lit(page):
    click_word(page, 3, 4)
    number = 3 * 12 + 4
    plays_between(page, number * WORD_SECONDS, (number + 12) * WORD_SECONDS)
    page.keyboard.press("k")
    page.wait_for_function("() => document.querySelector('audio').paused")
    at = page.evaluate("document.querySelector('audio').currentTime")
    spoken = talk(600)["segments"][int(at / WORD_SECONDS) // 12]["words"][int(at / WORD_SECONDS) % 12]["word"]
    page.wait_for_function(f"() => ({LIT})('spoken')[0] === {spoken!r}")


def test_a_sentence_is_said_again_and_again_the_last_one_too(page):
    for segment in (2, 49):
        start, end = segment * 12 * WORD_SECONDS, (segment + 1) * 12 * WORD_SECONDS
        click_word(page, segment, 0)
        page.keyboard.press("r")
        for _ in range(2):
            page.evaluate(f"document.querySelector('audio').currentTime = {end - 0.4}")
            plays_between(page, start, end - 1)
        page.keyboard.press("r")
    page.keyboard.press("k")


def test_keys_make_it_faster_and_skip(page):
    click_word(page, 5, 0)
    page.keyboard.press(">")
    assert page.evaluate("document.querySelector('audio').playbackRate") > 1
    page.keyboard.press("k")
    at = page.evaluate("document.querySelector('audio').currentTime")
    for key, moved in (("j", -5), ("l", 0)):
        page.keyboard.press(key)
        page.wait_for_function(f"() => Math.abs(document.querySelector('audio').currentTime - {at + moved}) < 0.05")


def test_the_text_is_one_text_node_a_segment_and_no_element_a_word(page):
    shape = page.evaluate(
        """[...document.querySelectorAll(".text p")].map(p => [p.childNodes.length, p.firstChild.nodeType])"""
    )
    assert shape == [[1, 3]] * 50
    assert page.locator(".text").inner_text().split() == talk(600)["text"].split()


def test_a_place_in_the_middle_is_fetched_alone(page):
    """As for a file of hours: the browser asks for ranges."""
    with page.expect_response(lambda answer: answer.url.endswith("/media") and answer.status == 206):
        page.keyboard.press("Space")


def test_without_accents_every_spelling_is_found_and_enter_goes_on(page):
    page.keyboard.press("/")
    page.get_by_placeholder("Find").fill("ha noi")
    lit(page, "found", ["Hà Nội"] * 37)
    page.locator(".find .count").filter(has_text="1 of 37").wait_for()
    page.keyboard.press("Enter")
    page.locator(".find .count").filter(has_text="2 of 37").wait_for()
    page.get_by_placeholder("Find").fill("Hạ")
    page.locator(".find .count").filter(has_text="not found").wait_for()
    page.keyboard.press("Escape")
    lit(page, "found", [])


def test_doubtful_words_are_underlined_and_walked_through(page):
    words = talk(600)["text"].split()
    doubtful = [words[number] for number in range(7, 600, 50)]
    lit(page, "doubt", doubtful)
    page.keyboard.press("n")
    page.get_by_text(f"Doubtful word 1 of {len(doubtful)}").wait_for()
    page.keyboard.press("n")
    lit(page, "current", [doubtful[1]])


@pytest.mark.parametrize("form", ["TXT", "SRT", "VTT", "DOCX", "TSV", "JSON"])
def test_every_form_is_saved_as_the_service_writes_it(page, api, job_id, form, tmp_path):
    page.locator(".menu summary").click()
    with page.expect_download() as saved:
        page.locator(".menu button").filter(has_text=form).first.click()
    assert saved.value.suggested_filename == f"chuyện dài.{form.lower()}"
    saved.value.save_as(tmp_path / "saved")
    if form != "DOCX":  # which holds the moment at which it was written
        answer = api.get(f"/api/stt/jobs/{job_id}/transcript?format={form.lower()}")
        assert (tmp_path / "saved").read_bytes() == answer.content


def test_the_account_leads_to_each_place_without_words(page):
    page.get_by_text("1 place without words · 1 sentence left out").click()
    page.get_by_text("Hãy đăng ký kênh nhé!").wait_for()
    page.locator(".places button").first.click()
    page.wait_for_function(f"() => document.querySelector('audio').currentTime >= {GAP['start'] - 0.01}")


def test_a_link_to_a_moment_opens_there(visit, api, job_id):
    page = visit().open(api, f"/#/jobs/{job_id}?t=90")
    page.wait_for_function("() => document.querySelector('audio')?.currentTime === 90")
    expect(page.locator(".times .now")).to_have_text("1:30")


def test_a_job_that_is_not_there_is_said_in_words(visit, api):
    page = visit().open(api, "/#/jobs/no")
    page.get_by_role("alert").filter(has_text="no job").wait_for()


def test_everything_can_be_done_by_keyboard(visit, api, job_id):
    page = visit().open(api, f"/#/jobs/{job_id}")
    page.locator(".text p").first.wait_for()
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    reached = set()
    for _ in range(25):
        page.keyboard.press("Tab")
        reached.add(
            page.evaluate(
                """() => {
                    const focused = document.activeElement;
                    if (focused === document.body) return "the browser's own";
                    const outline = getComputedStyle(focused).outlineStyle !== "none"
                        || getComputedStyle(focused.parentElement).outlineStyle !== "none";
                    const name = focused.getAttribute("aria-label") || focused.textContent.trim();
                    return outline ? name : `no focus to be seen: ${name}`;
                }"""
            )
        )
    assert {"Find", "Download", "Place", "Play", "Back 5 seconds", "Repeat this sentence", "Keys"} <= reached
    assert not [name for name in reached if name.startswith("no focus")]
    page.locator("h1").click()
    page.keyboard.press("?")
    page.locator("dialog.help").wait_for()
    page.get_by_label("Use these keys").uncheck()
    page.keyboard.press("Escape")
    page.locator("h1").click()
    page.keyboard.press("k")
    assert page.evaluate("document.querySelector('audio').paused"), "keys that are turned off do nothing"


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [1100, 390])
def test_axe_finds_nothing_on_any_view(visit, api, job_id, theme, width):
    if not AXE.exists():
        pytest.skip("axe-core is missing: run scripts/sdks")
    page = visit(color_scheme=theme, viewport={"width": width, "height": 800}, reduced_motion="reduce").open(api)
    page.get_by_text("Nothing here yet").or_(page.locator(".row").first).first.wait_for()
    page.locator("summary").first.click()
    look(page)
    page.goto(f"{api.url}/#/jobs/{job_id}")
    page.locator(".track.drawn").wait_for()
    page.locator(".account summary").click()
    page.locator(".menu summary").click()
    look(page)
    page.keyboard.press("Escape")
    page.keyboard.press("/")
    page.keyboard.type("chào")
    look(page)
    page.keyboard.press("Escape")
    page.locator("h1").click()
    page.keyboard.press("?")
    look(page)


def look(page):
    """Nothing is against WCAG 2.2 AA as far as axe sees, and nothing sticks out at the side."""
    page.evaluate(AXE.read_text())
    tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
    found = page.evaluate("tags => axe.run(document, {runOnly: {type: 'tag', values: tags}})", tags)
    assert [(each["id"], [node["html"] for node in each["nodes"]]) for each in found["violations"]] == []
    assert page.evaluate("document.scrollingElement.scrollWidth <= innerWidth")
