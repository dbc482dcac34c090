"""Subtitles as a viewer has them: a page with a `<track>` in a real browser."""

import functools
import http.server
import io
import threading
import wave
from contextlib import contextmanager

import av
import pytest

from stt.domain.formats.cues import cues
from stt.domain.formats.subtitles import webvtt
from stt.domain.transcripts.transcript import Segment

SECONDS = 20
PAGE = """<!doctype html>
<meta charset="utf-8">
<body style="background: gray">
<video width="640" height="360">
  <track kind="subtitles" srclang="vi" src="talk.vtt" default>
</video>
<script>
  const video = document.querySelector("video"), track = document.querySelector("track");
  const changes = [];
  track.track.oncuechange = () => changes.push([...track.track.activeCues].map(cue => cue.id));
  // From memory, as this server cannot send parts of a file, without which no browser moves in it.
  fetch("talk.wav").then(answer => answer.blob()).then(blob => { video.src = URL.createObjectURL(blob); });
</script>
"""
LOADED = "track.readyState === HTMLTrackElement.LOADED && video.readyState >= HTMLMediaElement.HAVE_METADATA"
CUES = """() => [...track.track.cues].map(cue => ({
    id: cue.id, start: Math.round(cue.startTime * 1000), end: Math.round(cue.endTime * 1000),
    text: cue.getCueAsHTML().textContent, voice: cue.getCueAsHTML().querySelector("span")?.title ?? null,
}))"""
MOVE = """async seconds => {
    const moved = new Promise(resolve => video.addEventListener("seeked", resolve, {once: true}));
    changes.length = 0;
    video.currentTime = seconds;
    await moved;
}"""

COLOURS = {"white": (255, 255, 255), "yellow": (255, 255, 0)}

TALK = (
    Segment(0.5, 5.4, "Xin chào các bạn. Hôm nay ta nói về <b>một & hai</b>, nghĩa là ba > hai --> một."),
    Segment(5.4, 5.8, "Vâng."),
    Segment(
        7.9, 15.0, "今日は天気がとてもいいですね。散歩に行きませんか？ Trước hết, tôi muốn hỏi các bạn một câu thôi."
    ),
)
CONVERSATION = (
    Segment(1.0, 6.0, "Tôi nghĩ là chúng ta nên đi sớm, vì đường rất xa và trời sắp mưa.", channel=0),
    Segment(2.5, 4.5, "Vâng, đúng rồi.", channel=1),
    Segment(9.0, 11.0, "Vậy thì đi thôi.", channel=1),
)


class _Files(http.server.SimpleHTTPRequestHandler):
    extensions_map = http.server.SimpleHTTPRequestHandler.extensions_map | {".vtt": "text/vtt"}

    def log_message(self, *_):
        """Nothing: what the browser asks for is in the way of what the test says."""


@contextmanager
def served(directory):
    """The URL of a directory."""
    handler = functools.partial(_Files, directory=str(directory))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}/"
        finally:
            server.shutdown()
            thread.join()


@contextmanager
def playing(browser, directory, subtitles):
    """A page with these subtitles beside a recording of silence, loaded."""
    (directory / "index.html").write_text(PAGE, encoding="utf-8")
    (directory / "talk.vtt").write_text(subtitles, encoding="utf-8")
    with wave.open(str(directory / "talk.wav"), "wb") as recording:
        recording.setparams((1, 2, 8000, 0, "NONE", ""))
        recording.writeframes(bytes(2 * 8000 * SECONDS))
    with served(directory) as url:
        page = browser.new_page()
        page.goto(url)
        page.wait_for_function(LOADED)
        yield page
        page.close()


def seen_colours(page):
    """Those of `COLOURS` that are on the video."""
    with av.open(io.BytesIO(page.locator("video").screenshot())) as picture:
        pixels = next(picture.decode(video=0)).to_ndarray(format="rgb24")
    return {name for name, colour in COLOURS.items() if (pixels == colour).all(axis=2).any()}


@pytest.mark.parametrize("segments", [TALK, CONVERSATION], ids=["talk", "conversation"])
def test_a_browser_loads_every_cue_with_its_times_its_text_and_its_voice(browser, tmp_path, segments):
    shown = cues(segments, SECONDS)
    with playing(browser, tmp_path, webvtt(shown)) as page:
        assert page.evaluate(CUES) == [
            {
                "id": str(number),
                "start": cue.start,
                "end": cue.end,
                "text": "\n".join(cue.lines),
                "voice": None if cue.channel is None else f"Channel {cue.channel + 1}",
            }
            for number, cue in enumerate(shown, 1)
        ]


@pytest.mark.parametrize("segments", [TALK, CONVERSATION], ids=["talk", "conversation"])
def test_a_browser_shows_at_every_moment_the_cues_of_that_moment(browser, tmp_path, segments):
    shown = cues(segments, SECONDS)
    edges = sorted({0, SECONDS * 1000, *(cue.start for cue in shown), *(cue.end for cue in shown)})
    middles = [(a + b) / 2 for a, b in zip(edges, edges[1:], strict=False)]
    expected = [[str(n) for n, cue in enumerate(shown, 1) if cue.start <= at < cue.end] for at in middles]
    assert [] in expected, "a pause"
    assert any(len(together) == 2 for together in expected) is (segments is CONVERSATION)
    with playing(browser, tmp_path, webvtt(shown)) as page:
        for at, before, now in zip(middles, [[], *expected], expected, strict=False):
            page.evaluate(MOVE, at / 1000)
            if now != before:
                page.wait_for_function("now => changes.length && String(changes.at(-1)) === now", arg=",".join(now))
            assert page.evaluate("[...track.track.activeCues].map(cue => cue.id)") == now, at


def test_a_viewer_sees_by_the_colour_who_speaks(browser, tmp_path):
    shown = cues(CONVERSATION, SECONDS)
    with playing(browser, tmp_path, webvtt(shown)) as page:
        seen = {}
        for at in (2.0, 3.5, 10.0):
            page.evaluate(MOVE, at)
            page.wait_for_function("changes.length")
            seen[at] = seen_colours(page)
    assert seen == {2.0: {"white"}, 3.5: {"white", "yellow"}, 10.0: {"yellow"}}
