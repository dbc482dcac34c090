"""The list with 100,000 jobs in it: as quick and as small as with fifty, wherever it is scrolled to."""

import contextlib
import sqlite3
from statistics import median

import pytest
from playwright.sync_api import expect

from stt.domain.access.owner import ANONYMOUS
from stt.domain.jobs.job import JobStatus
from stt.domain.text.search import terms_of
from tests.acceptance.page.busy import FRAME_SECONDS, FRAMES, Busy
from tests.acceptance.page.conftest import SETTINGS
from tests.acceptance.page.seeded import finished_job, silence, talk
from tools.encoded_audio import encoded
from tools.service import Service

JOBS = 100_000
PAGES = 20
"""So many times fifty jobs are scrolled through."""
OPEN_SECONDS = 1.0
ELEMENTS = 3000
"""Of the whole page at any time."""
SCROLL = """([rows, pixels]) => new Promise((resolve, reject) => {
    let most = 0, frames = 0;
    const list = document.querySelector(".rows"), page = document.scrollingElement;
    const row = () => list.querySelector(".row").offsetHeight;
    const step = () => {
        frames += 1;
        most = Math.max(most, document.querySelectorAll("*").length);
        if (scrollY > rows * row()) resolve({most, frames});
        else if (frames > 5000) reject(new Error(`only ${page.scrollHeight / row()} rows came`));
        else scrollBy(0, pixels), requestAnimationFrame(step);
    };
    requestAnimationFrame(step);
})"""
"""Scrolls down to a row, and tells the frames that took and the most elements that there were."""

IN_SIGHT = """() => {
    const row = document.elementFromPoint(innerWidth / 2, innerHeight / 2).closest(".row");
    return row.querySelector(".name").textContent;
}"""
"""The name of the job in the middle of the window."""


@pytest.fixture(scope="module")
def crowded(tmp_path_factory):
    """An API with so many finished jobs, which are copies of one: `bản ghi 1.mp3` is the oldest; one in 1000 failed."""
    directory = tmp_path_factory.mktemp("crowded")
    with Service(directory, SETTINGS, commands=("api",)) as service:
        finished_job(service, talk(24), "talk.wav", silence(directory / "talk.wav", 9))
        with contextlib.closing(sqlite3.connect(directory / "data" / "stt.db", timeout=60)) as database, database:
            multiply(database)
        yield service


def multiply(database):
    """Row by row, as nothing but rows is needed for a list."""
    columns = [name for _, name, *_ in database.execute("PRAGMA table_info(jobs)")]
    values = {name: name for name in columns} | {
        "id": "'copy-' || n",
        "filename": "'bản ghi ' || n || '.mp3'",
        "created_at": f"created_at - {JOBS} + n",
        "status": f"CASE WHEN n % 1000 = 7 THEN '{JobStatus.FAILED}' ELSE status END",
        "searchable": "1",
        "tidied_at": "completed_at",
        "announced_at": "created_at",
    }
    database.execute("PRAGMA synchronous = OFF")
    database.execute(
        f"WITH RECURSIVE numbers(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers LIMIT {JOBS}) "
        f"INSERT INTO jobs ({', '.join(values)}) SELECT {', '.join(values.values())} FROM numbers, jobs"
    )
    terms = ((f"copy-{n}", " ".join(terms_of(ANONYMOUS, f"bản ghi {n}.mp3"))) for n in range(1, JOBS + 1))
    database.executemany("INSERT INTO searchable (job_id, terms) VALUES (?, ?)", terms)


def test_a_hundred_thousand_jobs_are_scrolled_searched_and_filtered_smoothly(visit, crowded, tmp_path, capsys):
    page = visit().open(crowded, "/#/system")
    page.get_by_text("All is well.").wait_for()
    answers = []
    page.on("requestfinished", lambda r: "api/stt/jobs?" in r.url and answers.append(r.timing["responseEnd"]))
    busy = Busy(page)
    before = busy.seconds()
    page.evaluate("location.hash = '#/'")
    page.locator(".row").first.wait_for()
    opening = busy.seconds() - before

    before = busy.seconds()
    scrolled = page.evaluate(SCROLL, [50 * PAGES, 300])
    scrolling = (busy.seconds() - before) / scrolled["frames"]
    in_sight = page.evaluate(IN_SIGHT)

    sent = tmp_path / "mới.mp3"
    sent.write_bytes(encoded(".mp3"))
    with page.expect_response(lambda answer: "api/stt/jobs?" in answer.url and "cursor" not in answer.url):
        crowded.submit(sent)
    page.evaluate(FRAMES, 3)
    assert page.evaluate(IN_SIGHT) == in_sight, "what comes does not move what is read"

    before = busy.seconds()
    page.get_by_placeholder("Search names and words").fill("ban ghi 4321")
    expect(page.locator(".row")).to_have_count(1)
    page.get_by_placeholder("Search names and words").fill("")
    page.get_by_label("Which").select_option("FAILED")
    page.locator(".row.failed").first.wait_for()
    expect(page.locator(".row:not(.failed)")).to_have_count(0)
    finding = busy.seconds() - before
    with capsys.disabled():
        print(
            f"\n{JOBS:,} jobs: the list opened in {1000 * opening:.0f} ms of the page's thread; a frame takes "
            f"{1000 * scrolling:.1f} ms while {50 * PAGES:,} of them are scrolled through; a search and a filter "
            f"{1000 * finding:.0f} ms; {scrolled['most']:,} elements at most; an answer in {median(answers):.0f} ms"
        )
    assert opening < OPEN_SECONDS
    assert scrolling < FRAME_SECONDS
    assert scrolled["most"] < ELEMENTS
