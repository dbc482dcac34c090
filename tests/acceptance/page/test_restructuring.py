"""Lines that are split and joined, stretches that somebody else spoke, versions that are gone back to."""

import pytest
from playwright.sync_api import expect

from tests.acceptance.page.seeded import WORD_SECONDS, talk
from tests.acceptance.page.test_editing import (  # noqa: F401  fixtures of the same transcript
    job_id,
    open_page,
    paragraph,
    saved,
    text_of,
    write,
)
from tests.acceptance.page.test_reading import AXE, look, plays_between

MARK = """([from, start, to, end]) => {
    const lines = document.querySelectorAll(".text p");
    lines[from].scrollIntoView({block: "center"});
    getSelection().setBaseAndExtent(lines[from].firstChild, start, lines[to].firstChild, end);
}"""
"""Marks from a position in one line to a position in another."""
FIRST = talk(120)["segments"][0]["text"]


def segments(api, job_id):  # noqa: F811
    return api.get(f"/api/stt/jobs/{job_id}/transcript?format=json").json()["segments"]


def toolbar(page):
    return page.get_by_role("toolbar", name="What is marked")


def lines_are(page, count):
    expect(page.locator(".text p")).to_have_count(count)


def test_a_line_is_split_where_one_writes_joined_again_and_all_of_it_undone(open_page, api, job_id):  # noqa: F811
    page, words = open_page(), FIRST.split()
    write(page, 0, FIRST)
    page.keyboard.press("Home")
    for _ in range(len(" ".join(words[:5])) + 1):
        page.keyboard.press("ArrowRight")
    page.keyboard.press("ControlOrMeta+Enter")
    lines_are(page, 11)
    expect(paragraph(page, 0)).to_have_text(" ".join(words[:5]))
    assert [line["text"] for line in segments(api, job_id)[:2]] == [" ".join(words[:5]), " ".join(words[5:])]
    paragraph(page, 1).dblclick(position={"x": 120, "y": 20})
    page.keyboard.press("Home")
    page.keyboard.press("Backspace")
    lines_are(page, 10)
    expect(paragraph(page, 0)).to_have_text(FIRST)
    page.locator("h1").click()
    page.keyboard.press("ControlOrMeta+z")
    lines_are(page, 11)
    page.keyboard.press("ControlOrMeta+z")
    lines_are(page, 10)
    page.keyboard.press("ControlOrMeta+Shift+z")
    lines_are(page, 11)
    assert len(segments(api, job_id)) == 11


def test_a_stretch_is_given_to_another_speaker_from_word_to_word(open_page, api, job_id):  # noqa: F811
    page, words = open_page(), FIRST.split()
    page.evaluate(MARK, [0, len(words[0]) + 1, 1, 3])
    toolbar(page).locator("summary").click()
    toolbar(page).get_by_role("button", name="Another speaker").click()
    lines_are(page, 12)
    told = [(line["text"], line["speaker"]) for line in segments(api, job_id)[:4]]
    second = talk(120)["segments"][1]["text"].split()
    assert told == [
        (words[0], "S1"),
        (" ".join(words[1:]), "S3"),
        (second[0], "S3"),
        (" ".join(second[1:]), "S2"),
    ]
    expect(page.locator(".names summary")).to_contain_text("Speaker 3")
    page.locator("h1").click()
    page.keyboard.press("ControlOrMeta+z")
    lines_are(page, 10)
    assert {line["speaker"] for line in segments(api, job_id)} == {"S1", "S2"}


def test_lines_that_are_marked_are_joined_and_heard_again_and_again(open_page, api, job_id):  # noqa: F811
    page = open_page()
    page.evaluate(MARK, [1, 0, 1, 10])
    toolbar(page).get_by_role("button", name="Repeat").click()
    start = 12 * WORD_SECONDS
    plays_between(page, start, start + 3 * WORD_SECONDS + 1)
    page.evaluate(MARK, [0, 2, 2, 5])
    toolbar(page).get_by_role("button", name="Join").click()
    lines_are(page, 8)
    assert segments(api, job_id)[0]["text"].startswith(FIRST)


def test_two_speakers_are_taken_for_one(open_page, api, job_id):  # noqa: F811
    page = open_page()
    page.locator(".names summary").click()
    page.get_by_label("Is Speaker 2 somebody else?").select_option("S1")
    expect(page.locator(".text p[data-who]")).to_have_count(1)
    assert {line["speaker"] for line in segments(api, job_id)} == {"S1"}
    page.locator("h1").click()
    page.keyboard.press("ControlOrMeta+z")
    expect(page.locator(".text p[data-who]")).to_have_count(10)


def test_voices_of_which_nothing_is_stored_are_not_told_apart_again_and_it_says_why(open_page):  # noqa: F811
    page = open_page()
    page.locator(".names summary").click()
    page.get_by_role("button", name="Tell voices apart again").click()
    expect(page.locator(".told .toast")).to_contain_text("voices")


def test_versions_are_looked_at_and_gone_back_to_and_that_is_undone(open_page, api, job_id):  # noqa: F811
    page = open_page()
    for text in ("một", "hai"):
        write(page, 0, text)
        page.keyboard.press("Enter")
        saved(page)
    page.get_by_role("button", name="Versions").click()
    dialog = page.get_by_role("dialog", name="Versions")
    expect(dialog.get_by_role("listitem")).to_have_count(3)
    dialog.get_by_role("button", name="Look: Version 1").click()
    page.get_by_text("Version 1, to be read only.").wait_for()
    expect(paragraph(page, 0)).to_have_text("một")
    page.get_by_role("button", name="Back to your text").click()
    paragraph(page, 0).filter(has_text="hai").wait_for()
    page.get_by_role("button", name="Versions").click()
    dialog.get_by_role("button", name="Go back to this: What the machine wrote").click()
    paragraph(page, 0).filter(has_text=FIRST).wait_for()
    assert text_of(api, job_id, 0) == FIRST
    page.locator("h1").click()
    page.keyboard.press("ControlOrMeta+z")
    paragraph(page, 0).filter(has_text="hai").wait_for()
    assert text_of(api, job_id, 0) == "hai"


def test_what_another_tab_did_first_is_shown_and_nothing_is_lost(open_page, api, job_id):  # noqa: F811
    page = open_page()
    page.route("**/api/stt/events*", lambda route: route.abort())
    page.reload()
    page.locator(".track.drawn").wait_for()
    theirs = open_page()
    write(theirs, 3, "của họ")
    theirs.keyboard.press("Enter")
    saved(theirs)
    page.evaluate(MARK, [0, 0, 1, 3])
    toolbar(page).get_by_role("button", name="Join").click()
    page.get_by_text("Somebody else changed it meanwhile").wait_for()
    paragraph(page, 3).filter(has_text="của họ").wait_for()
    page.evaluate(MARK, [0, 0, 1, 3])
    toolbar(page).get_by_role("button", name="Join").click()
    lines_are(page, 9)
    assert text_of(api, job_id, 2) == "của họ"


def test_the_bar_is_reached_by_keyboard(open_page, api, job_id):  # noqa: F811
    page = open_page()
    page.keyboard.press("e")
    page.locator(".writing").wait_for()
    toolbar(page).wait_for()  # the browser tells of the caret a moment later, and a Tab before goes elsewhere
    page.keyboard.press("Tab")
    for _ in range(6):
        if page.evaluate("document.activeElement.textContent.trim()") == "Join":
            break
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    lines_are(page, 9)
    write(page, 0, "một")
    page.keyboard.press("End")
    toolbar(page).wait_for()
    page.keyboard.press("Enter")
    expect(toolbar(page)).to_have_count(0)


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [1100, 390])
def test_axe_finds_nothing_in_what_changes_lines(open_page, theme, width):  # noqa: F811
    if not AXE.exists():
        pytest.skip("axe-core is missing: run scripts/sdks")
    page = open_page(color_scheme=theme, viewport={"width": width, "height": 800}, reduced_motion="reduce")
    page.locator(".names summary").click()
    write(page, 0, "xin chào")
    toolbar(page).locator("summary").click()
    look(page)
    page.keyboard.press("Enter")
    saved(page)
    page.get_by_role("button", name="Versions").click()
    page.get_by_role("dialog").get_by_role("listitem").first.wait_for()
    look(page)
