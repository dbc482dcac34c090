"""Ten hours of talk: 100,000 words."""

import pytest

from tests.acceptance.page.busy import FRAME_SECONDS, FRAMES, Busy
from tests.acceptance.page.seeded import WORD_SECONDS, finished_job, silence, talk

WORDS = 100_000
SEGMENTS = -(-WORDS // 12)
OPEN_SECONDS = 1.0
SEEK_SECONDS = 0.4
"""With ten frames of playing behind it."""
NODES_BESIDE = 600
"""Nodes of the page besides the text: those of the controls."""


@pytest.fixture(scope="module")
def long_job(api, tmp_path_factory):
    audio = silence(tmp_path_factory.mktemp("audio") / "long.wav", WORDS * WORD_SECONDS)
    return finished_job(api, talk(WORDS), "ten hours.wav", audio)


def test_ten_hours_open_within_a_second_and_stay_smooth(visit, api, long_job, capsys):
    page = visit().open(api)
    page.locator("#jobs-title").wait_for()
    busy = Busy(page)
    before = busy.seconds()
    page.evaluate("id => { location.hash = `#/jobs/${id}` }", long_job)
    page.wait_for_function(f"() => document.querySelectorAll('.text p').length === {SEGMENTS}")
    page.locator(".track.drawn").wait_for()
    page.evaluate(FRAMES, 2)
    opening = busy.seconds() - before

    assert page.evaluate("document.querySelectorAll('.text *').length") <= SEGMENTS + SEGMENTS // 200 + 1
    nodes = page.evaluate("document.querySelectorAll('*').length")
    assert nodes <= SEGMENTS + SEGMENTS // 200 + NODES_BESIDE

    page.evaluate("document.querySelector('audio').muted = true")
    page.keyboard.press("Space")
    page.wait_for_function("() => document.querySelector('audio').currentTime > 0.2")
    playing = per_frame(page, busy, 120)

    page.evaluate("scrollTo(0, document.scrollingElement.scrollHeight / 2)")
    page.evaluate(FRAMES, 5)
    before = busy.seconds()
    page.evaluate(
        """() => new Promise(resolve => {
            let left = 120;
            const step = () => { scrollBy(0, 300); left-- ? requestAnimationFrame(step) : resolve(); };
            requestAnimationFrame(step);
        })"""
    )
    scrolling = (busy.seconds() - before) / 120

    before = busy.seconds()
    page.get_by_label("Place").evaluate("slider => { slider.value = 20000; slider.dispatchEvent(new Event('input')); }")
    page.evaluate(FRAMES, 10)
    seeking = busy.seconds() - before
    with capsys.disabled():
        print(
            f"\n{WORDS} words: opened in {opening:.2f} s of the page's thread; a frame takes {1000 * playing:.1f} ms "
            f"while it plays, {1000 * scrolling:.1f} ms while it is scrolled; a seek {1000 * seeking:.0f} ms; "
            f"{nodes} elements"
        )
    assert opening < OPEN_SECONDS
    assert playing < FRAME_SECONDS
    assert scrolling < FRAME_SECONDS
    assert seeking < SEEK_SECONDS


def per_frame(page, busy, frames):
    """Seconds of work for each of so many frames."""
    before = busy.seconds()
    page.evaluate(FRAMES, frames)
    return (busy.seconds() - before) / frames
