"""A transcript that is changed: nothing is lost by a click, a reload or a server that is gone."""

import re

import pytest
from playwright.sync_api import expect

from tests.acceptance.page.seeded import finished_job, silence, talk
from tests.acceptance.page.test_reading import AXE, LIT, look

WORDS = 120


@pytest.fixture
def job_id(api, tmp_path):
    """A talk for one test alone, of two speakers, with a word that is in doubt in its first segment."""
    document = talk(WORDS)
    for number, segment in enumerate(document["segments"]):
        segment["speaker"] = f"S{1 + number % 2}"
    document["speakers"] = [{"id": f"S{number}", "name": f"Speaker {number}"} for number in (1, 2)]
    document["turns"] = [{"start": s["start"], "end": s["end"], "speaker": s["speaker"]} for s in document["segments"]]
    return finished_job(api, document, "chuyện dài.wav", silence(tmp_path / "talk.wav", WORDS * 0.36))


@pytest.fixture
def open_page(visit, api, job_id):
    def open_page(**options):
        page = visit(**options).open(api, f"/#/jobs/{job_id}")
        page.locator(".track.drawn").wait_for()
        page.locator(".editing").wait_for()
        return page

    return open_page


def paragraph(page, number):
    return page.locator(".text p").nth(number)


def write(page, number, text):
    """Replace what a segment says."""
    paragraph(page, number).dblclick(position={"x": 120, "y": 40})
    page.locator(".writing").wait_for()
    page.keyboard.press("ControlOrMeta+a")
    page.keyboard.type(text)


def saved(page):
    page.evaluate("() => new Promise(drawn => requestAnimationFrame(() => requestAnimationFrame(drawn)))")
    page.locator(".editing [role=status]").get_by_text("Saved", exact=True).wait_for()


def text_of(api, job_id, number, version="edited"):
    document = api.get(f"/api/stt/jobs/{job_id}/transcript?version={version}").json()
    return document["segments"][number]["text"]


def test_a_sentence_is_written_in_place_undone_and_done_again(open_page, api, job_id):
    page, before = open_page(), talk(WORDS)["segments"][0]["text"]
    assert page.evaluate(LIT, "doubt")[0] == before.split()[7]
    write(page, 0, "Xin  chào ạ")
    page.keyboard.press("Enter")
    saved(page)
    expect(paragraph(page, 0)).to_have_text("Xin chào ạ")
    assert text_of(api, job_id, 0) == "Xin chào ạ"
    assert page.evaluate("document.querySelector('.text p').childNodes.length") == 1
    page.keyboard.press("ControlOrMeta+z")
    expect(paragraph(page, 0)).to_have_text(before)
    saved(page)
    assert text_of(api, job_id, 0) == before
    assert page.evaluate(LIT, "doubt")[0] == before.split()[7], "an undone word is in doubt as it was"
    page.keyboard.press("ControlOrMeta+Shift+z")
    saved(page)
    assert text_of(api, job_id, 0) == "Xin chào ạ"
    assert text_of(api, job_id, 0, version="machine") == before


def test_escape_and_an_empty_line_leave_what_was_there(open_page):
    page, before = open_page(), talk(WORDS)["segments"][1]["text"]
    write(page, 1, "nothing of it")
    page.keyboard.press("Escape")
    expect(paragraph(page, 1)).to_have_text(before)
    write(page, 1, "   ")
    page.locator("h1").click()
    expect(paragraph(page, 1)).to_have_text(before)


def test_by_keyboard_alone(open_page, api, job_id):
    page = open_page()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("e")
    page.locator(".writing").wait_for()
    page.keyboard.type(" nhé")
    page.keyboard.press("Enter")
    saved(page)
    assert text_of(api, job_id, 1).endswith(" nhé")


def test_what_an_input_method_composes_is_saved_when_it_is_a_word(open_page, api, job_id):
    page = open_page()
    write(page, 0, "a ")
    session = page.context.new_cdp_session(page)
    for composed in ("v", "vi", "viê", "việ"):
        session.send("Input.imeSetComposition", {"text": composed, "selectionStart": 3, "selectionEnd": 3})
    page.keyboard.press("Control")
    expect(page.locator(".writing")).to_have_text(re.compile("việ$"))
    session.send("Input.insertText", {"text": "việc"})
    page.keyboard.press("Enter")
    saved(page)
    assert text_of(api, job_id, 0) == "a việc"
    edits = api.get(f"/api/stt/jobs/{job_id}/versions/1").json()["operations"]
    assert [each["text"] for each in edits] in (["a việc"], ["a"])


def test_a_click_elsewhere_or_a_reload_at_once_loses_nothing(open_page, api, job_id):
    page = open_page()
    write(page, 0, "một hai")
    page.locator("h1").click()
    write(page, 2, "ba bốn")
    page.reload()
    page.locator(".editing").wait_for()
    paragraph(page, 2).filter(has_text="ba bốn").wait_for()
    saved(page)
    assert [text_of(api, job_id, number) for number in (0, 2)] == ["một hai", "ba bốn"]


def test_what_cannot_be_sent_is_kept_and_sent_by_the_next_page(open_page, api, job_id):
    page = open_page()
    page.route("**/transcript", lambda route: route.abort() if route.request.method == "PATCH" else route.continue_())
    write(page, 0, "giữ lại nhé")
    page.keyboard.press("Enter")
    page.locator(".editing [role=status]").get_by_text("kept in this browser").wait_for()
    page.reload()
    page.unroute("**/transcript")
    paragraph(page, 0).filter(has_text="giữ lại nhé").wait_for()
    saved(page)
    assert text_of(api, job_id, 0) == "giữ lại nhé"


def test_two_tabs_see_each_other_and_what_both_changed_is_asked_about(open_page, api, job_id):
    mine, theirs = open_page(), open_page()
    write(theirs, 1, "từ tab kia")
    theirs.keyboard.press("Enter")
    paragraph(mine, 1).filter(has_text="từ tab kia").wait_for()
    mine.route("**/api/stt/events*", lambda route: route.abort())
    mine.reload()
    paragraph(mine, 1).filter(has_text="từ tab kia").wait_for()
    write(theirs, 0, "của họ")
    theirs.keyboard.press("Enter")
    saved(theirs)
    write(mine, 2, "chỗ khác")
    mine.keyboard.press("Enter")
    saved(mine)
    expect(paragraph(mine, 0), "what does not stand against anything is taken").to_have_text("của họ")
    write(theirs, 3, "của họ nữa")
    theirs.keyboard.press("Enter")
    saved(theirs)
    write(mine, 3, "của tôi")
    mine.keyboard.press("Enter")
    mine.locator(".conflict").filter(has_text="của họ nữa").wait_for()
    assert text_of(api, job_id, 3) == "của họ nữa"
    mine.get_by_role("button", name="Keep what is here").click()
    saved(mine)
    paragraph(theirs, 3).filter(has_text="của tôi").wait_for()
    assert text_of(api, job_id, 3) == "của tôi"


def test_a_speaker_is_named_once_and_seen_everywhere(open_page, api, job_id):
    page = open_page()
    page.locator(".names summary").click()
    page.get_by_label("Speaker 2", exact=True).fill("Lan")
    page.keyboard.press("Tab")
    saved(page)
    expect(page.locator(".text p[data-who='Lan']")).to_have_count(5)
    assert api.get(f"/api/stt/jobs/{job_id}/transcript?format=txt").text.count("Lan: ") == 5
    page.locator("h1").click()
    page.keyboard.press("ControlOrMeta+z")
    saved(page)
    expect(page.locator(".text p[data-who='Speaker 2']")).to_have_count(5)


def test_the_words_of_the_machine_are_one_click_away(open_page, api, job_id):
    page, before = open_page(), talk(WORDS)["segments"][0]["text"]
    write(page, 0, "khác")
    page.keyboard.press("Enter")
    saved(page)
    page.get_by_role("button", name="As the machine wrote it").click()
    paragraph(page, 0).filter(has_text=before).wait_for()
    paragraph(page, 0).dblclick(position={"x": 120, "y": 40})
    assert page.locator(".writing").count() == 0, "it is to be read only"
    page.get_by_role("button", name="Back to your text").click()
    paragraph(page, 0).filter(has_text="khác").wait_for()


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_finds_nothing_while_somebody_writes(open_page, theme):
    if not AXE.exists():
        pytest.skip("axe-core is missing: run scripts/sdks")
    page = open_page(color_scheme=theme, viewport={"width": 390, "height": 800}, reduced_motion="reduce")
    page.locator(".names summary").click()
    write(page, 0, "xin chào")
    look(page)
