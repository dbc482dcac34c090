"""Takes the pictures of the page that README and docs show: `python -m tools.page_pictures`, with Chromium.

A talk is transcribed by a service of its own; `--model` and `--models DIR` choose by what, `base` unless told else.
"""

import argparse
import socket
import sys
import tempfile
from importlib.resources import files
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

from tools.service import ROOT, Service

TARGET = ROOT / "docs/page"
TALK = files("stt").joinpath("assets", "talk-en.flac")
QUIET = ("--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking")
RENAME = """name => {
    const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (texts.nextNode()) texts.currentNode.data = texts.currentNode.data.replaceAll(name, "my-machine");
}"""
"""Pictures do not tell where they were taken."""
WIDE, PHONE = {"width": 1100, "height": 760}, {"width": 390, "height": 780}


def pictures(page: Page, url: str) -> None:
    """From the first view to a transcript, in both themes and on a phone."""
    page.goto(url)
    page.locator("select[name=language]").select_option("en")
    page.set_input_files("input[type=file]", str(TALK))
    page.locator(".row-link").click()
    page.get_by_text("Download").wait_for(timeout=600_000)
    page.locator(".track.drawn").wait_for()
    page.locator(".text p").nth(2).click(position={"x": 200, "y": 14})
    page.wait_for_function("() => document.querySelector('audio').currentTime > 0 && CSS.highlights.has('spoken')")
    page.keyboard.press("k")
    page.mouse.move(0, 0)
    for theme in ("light", "dark"):
        page.emulate_media(color_scheme=theme)
        taken(page, f"transcript-{theme}")
    page.set_viewport_size(PHONE)
    taken(page, "transcript-phone")
    page.goto(f"{url}/#/")
    page.get_by_role("button", name="Tiếng Việt").click()
    page.mouse.move(0, 0)
    taken(page, "start-phone-vietnamese")
    page.get_by_role("button", name="English").click()
    page.set_viewport_size(WIDE)
    page.emulate_media(color_scheme="light")
    page.goto(f"{url}/#/system")
    page.locator(".hours").wait_for()
    page.evaluate(RENAME, socket.gethostname())
    taken(page, "system-light", whole=True)
    page.goto(f"{url}/#/")
    for theme in ("light", "dark"):
        page.emulate_media(color_scheme=theme)
        taken(page, f"start-{theme}")


def taken(page: Page, name: str, *, whole: bool = False) -> None:
    page.wait_for_timeout(400)
    page.screenshot(path=TARGET / f"{name}.png", full_page=whole)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--model", default="base")
    parser.add_argument("--models", default="", help="folder in which the model lies; else it is fetched")
    chosen = parser.parse_args()
    settings = {"STT_DEFAULT_MODEL": chosen.model, "STT_MODEL_DOWNLOADS": "true", "STT_LEASE_SECONDS": "300"}
    if chosen.models:
        settings["STT_MODEL_DIR"] = chosen.models
    TARGET.mkdir(exist_ok=True)
    with (
        tempfile.TemporaryDirectory() as folder,
        Service(Path(folder), settings) as service,
        sync_playwright() as player,
    ):
        chromium = player.chromium.launch(executable_path="/usr/bin/chromium", args=QUIET)
        context = chromium.new_context(viewport=WIDE, locale="en-GB", reduced_motion="reduce", color_scheme="light")
        context.set_default_timeout(60_000)
        pictures(context.new_page(), service.url)
        chromium.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
