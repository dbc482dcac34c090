"""What can be done with jobs in the list, and with a recording that has pictures."""

import av
import numpy as np
import pytest
from playwright.sync_api import expect

from tests.acceptance.page.seeded import WORD_SECONDS, finished_job, silence, talk
from tools.encoded_audio import encoded


@pytest.fixture
def named(api, tmp_path):
    """Sends a file of that name, and tells the id of its job; there is no consumer that would begin with it."""

    def send(name):
        path = tmp_path / name
        path.write_bytes(encoded(".mp3"))
        return api.submit(path)

    return send


def row(page, name):
    return page.locator(".row").filter(has_text=name)


def test_a_job_is_stopped_and_begun_again(visit, api, named):
    job_id = named("stopped.mp3")
    page = visit().open(api)
    page.get_by_role("button", name="Stop: stopped.mp3").click()
    expect(row(page, "stopped.mp3")).to_contain_text("Stopped")
    assert api.status(job_id)["status"] == "CANCELLED"
    page.get_by_role("button", name="Try again: stopped.mp3").click()
    expect(row(page, "stopped.mp3")).to_contain_text("Waiting")
    assert api.status(job_id)["status"] == "PENDING"


def test_a_removal_can_be_taken_back_and_is_carried_out_when_nobody_does(visit, api, named):
    job_id = named("removed.mp3")
    page = visit().open(api)
    page.get_by_role("button", name="Stop: removed.mp3").click()
    page.get_by_role("button", name="Delete: removed.mp3").click()
    expect(row(page, "removed.mp3")).to_have_count(0)
    page.get_by_role("button", name="Undo").click()
    expect(row(page, "removed.mp3")).to_have_count(1)
    page.get_by_role("button", name="Delete: removed.mp3").click()
    with page.expect_response(lambda answer: answer.request.method == "DELETE", timeout=30_000) as answered:
        expect(row(page, "removed.mp3")).to_have_count(0)
    assert answered.value.ok
    assert api.get(f"/api/stt/jobs/{job_id}").status_code == 404


def test_another_page_shows_what_happens_here(visit, api, named):
    page = visit().open(api)
    page.get_by_role("heading", name="Transcripts").wait_for()
    named("elsewhere.mp3")
    row(page, "elsewhere.mp3").wait_for()


def test_a_video_plays_with_its_captions(visit, api, tmp_path):
    path = tmp_path / "film.webm"
    with av.open(str(path), "w") as film:
        stream = film.add_stream("libvpx", rate=5)
        stream.width, stream.height, stream.pix_fmt = 64, 48, "yuv420p"
        for _ in range(5 * 20):
            frame = av.VideoFrame.from_ndarray(np.full((48, 64, 3), 90, np.uint8), format="rgb24")
            film.mux(stream.encode(frame))
        film.mux(stream.encode(None))
    job_id = finished_job(api, talk(int(20 / WORD_SECONDS)), "film.webm", path)
    page = visit().open(api, f"/#/jobs/{job_id}")
    page.locator(".picture video").wait_for()
    page.wait_for_function("() => document.querySelector('video').textTracks[0]?.cues?.length > 2")
    assert page.evaluate("document.querySelector('video').textTracks[0].mode") == "showing"


def test_who_speaks_is_named_where_that_changes(visit, api, tmp_path):
    document = talk(60)
    for segment, label in zip(document["segments"], ["S1", "S1", "S2", "S1", "S2"], strict=True):
        segment["speaker"] = label
    document["speakers"] = [{"id": "S1", "name": "Lan"}, {"id": "S2", "name": "S2"}]
    job_id = finished_job(api, document, "two.wav", silence(tmp_path / "two.wav", 60 * WORD_SECONDS))
    page = visit().open(api, f"/#/jobs/{job_id}")
    page.locator(".text p").first.wait_for()
    named = page.evaluate("[...document.querySelectorAll('.text p')].map(p => p.dataset.who ?? null)")
    assert named == ["Lan", None, "S2", "Lan", "S2"]
