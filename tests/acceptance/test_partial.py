"""The transcript of a running service, read page by page while it grows."""

import pytest

from stt.domain.merging.seam import SAME_WORD_SECONDS
from tests.acceptance.service import Service
from tools.service import wait_for
from tools.speech import compose, write

CLEAR = {"gain_db": (-6, -6), "pause": (0.5, 1.0)}
SECONDS = 45.0


@pytest.fixture(scope="module")
def service(tmp_path_factory):
    # One window at a time, so that chunks are done one after another and not all at once.
    settings = {"STT_CHUNK_SECONDS": "10", "STT_CHILDREN": "1", "STT_BATCH_SIZE": "1"}
    with Service(tmp_path_factory.mktemp("partial"), settings, consumers=0) as running:
        yield running


def pages(service, job_id):
    """What a reader gets who asks again and again from where the last answer ended, to the end."""
    read = [{"until": 0.0, "complete": False}]

    def complete():
        answer = service.get(f"/api/stt/result/{job_id}?partial=1&after={read[-1]['until']}")
        assert answer.status_code == 200, answer.text
        read.append(answer.json())
        return read[-1]["complete"]

    wait_for(complete, 60, service.logs)
    return read[1:]


@pytest.mark.parametrize(("language", "channels"), [("vi", "mixed"), ("auto", "separate")])
def test_what_is_read_page_by_page_is_the_transcript(service, tmp_path, language, channels):
    sides = [compose("vi", SECONDS, seed=seed, **CLEAR) for seed in (51, 52)]
    path = write(sides if channels == "separate" else sides[0], tmp_path / "talk.flac")
    job_id = service.submit(path, language=language, channels=channels)
    read = pages(service, job_id)
    early = [page for page in read if page["segments"] and not page["complete"]]
    assert len(early) >= 2, "words were readable before the end, and again more of them"
    assert [page["until"] for page in read] == sorted(page["until"] for page in read)
    segments = [segment for page in read for segment in page["segments"]]
    result = service.result(job_id)
    spoken = [(s.get("channel"), word) for s in segments for word in s["words"]]
    told = [(s.get("channel"), word) for s in result["segments"] for word in s["words"]]
    # A cut that both sides heard differently is decided at the end, and may move a word.
    assert abs(len(spoken) - len(told)) <= 0.02 * len(told)
    same = sum(any(s[0] == t[0] and alike(s[1], t[1]) for t in told) for s in spoken)
    assert same >= 0.98 * len(spoken)
    assert read[0]["language"] == ("vi" if language == "vi" else "und")


def alike(mine, theirs):
    return mine["word"] == theirs["word"] and abs(mine["start"] - theirs["start"]) < SAME_WORD_SECONDS
