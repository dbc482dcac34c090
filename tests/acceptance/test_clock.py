"""The time of a word in the result is its time in the file, whatever the file is."""

import difflib
from functools import partial

import numpy as np
import pytest

from benchmarks.fidelity.measures import border_errors
from benchmarks.fidelity.transcription import Segment
from stt.domain.jobs.guidance import Channels
from tests.acceptance.clock_files import BROKEN_OFF, CASES, MORE_CASES, NAIVE, Case
from tests.acceptance.service import Service
from tools.speech import compose, write
from tools.speech.recording import Word

SECONDS = 40.0
BORDER_SECONDS = 0.2
"""How far off the borders of segments may be, at the 95th percentile."""
SHIFT_SECONDS = 0.03
"""How far off the words of a file may be in the median from where those of a plain WAV are."""


@pytest.fixture(scope="module")
def recording():
    return compose("en", SECONDS, seed=5, pause=(0.6, 1.2), gain_db=(-9, -3))


@pytest.fixture(scope="module")
def service(tmp_path_factory):
    with Service(tmp_path_factory.mktemp("clock"), {"STT_POLL_SECONDS": "0.1"}, consumers=0) as running:
        yield running


@pytest.fixture(scope="module")
def jobs(service, recording, tmp_path_factory):
    """All files at once, so that no core waits."""
    directory = tmp_path_factory.mktemp
    files = {name: case.make(recording, directory("file")) for name, case in CASES.items()}
    files |= {naive: naive.decoded(files[naive.case], directory("naive")) for naive in NAIVE}
    files |= {part: part.make(recording, directory("part")) for part in BROKEN_OFF}
    jobs = {name: service.submit(path, language="en") for name, path in files.items()}
    other = compose("en", SECONDS, seed=7, pause=(0.6, 1.2), gain_db=(-9, -3))
    call = write([other, recording], directory("call") / "call.flac")
    return jobs | {channels: service.submit(call, language="en", channels=channels) for channels in Channels}


@pytest.fixture(scope="module")
def plain(service, jobs):
    return finished(service, jobs["WAV"])


def finished(service, job_id):
    assert service.wait(job_id, seconds=300)["status"] == "COMPLETED"
    return service.result(job_id)


def borders_off(recording, case: Case, result, until=np.inf) -> float:
    """The 95th percentile of the seconds from where segments begin and end to where these words were spoken."""
    moved = partial(case.moved, recording)
    spoken = [Word(word.text, moved(word.start), moved(word.end)) for word in recording.words]
    segments = [segment_of(segment) for segment in result["segments"] if segment["end"] < until]
    assert len(segments) > 0.4 * len(recording.phrases) * min(1.0, until / SECONDS)
    errors = border_errors([word for word in spoken if word.start >= 0], segments)
    return float(np.percentile(errors, 95)) / 1000 if len(errors) > len(segments) else np.inf


def segment_of(found) -> Segment:
    words = tuple(Word(word["word"], word["start"], word["end"]) for word in found["words"])
    return Segment(found["start"], found["end"], words)


def words_off(recording, case: Case, result, plain) -> float:
    """Median of the seconds by which words come later than in the plain file, moved to where they should be."""
    truth, found = ([w for segment in r["segments"] for w in segment["words"]] for r in (plain, result))
    matcher = difflib.SequenceMatcher(None, *([w["word"] for w in words] for words in (truth, found)), autojunk=False)
    pairs = [(block.a + i, block.b + i) for block in matcher.get_matching_blocks() for i in range(block.size)]
    assert len(pairs) > 0.5 * len(found) > 0.2 * len(truth)
    return float(np.median([found[b]["start"] - case.moved(recording, truth[a]["start"]) for a, b in pairs]))


def is_on_time(recording, case, result, plain) -> bool:
    border, shift = borders_off(recording, case, result), words_off(recording, case, result, plain)
    print(f"borders {1000 * border:.0f} ms, words {1000 * shift:+.0f} ms, broke off: {result['broke_off']}")
    return border <= BORDER_SECONDS and abs(shift) <= SHIFT_SECONDS and result["broke_off"] is None


@pytest.mark.parametrize("name", CASES)
def test_words_are_where_they_are_in_the_file(name, recording, service, jobs, plain):
    assert is_on_time(recording, CASES[name], finished(service, jobs[name]), plain)


@pytest.mark.long
@pytest.mark.parametrize("name", MORE_CASES)
def test_words_are_where_they_are_in_more_files(name, recording, service, plain, tmp_path):
    case = MORE_CASES[name]
    job_id = service.submit(case.make(recording, tmp_path), language="en")
    assert is_on_time(recording, case, finished(service, job_id), plain)


@pytest.mark.parametrize("naive", NAIVE, ids=lambda naive: naive.case)
def test_who_takes_samples_one_after_another_is_not_on_time(naive, recording, service, jobs, plain):
    assert not is_on_time(recording, CASES[naive.case], finished(service, jobs[naive]), plain)


@pytest.mark.parametrize("part", BROKEN_OFF, ids=lambda part: part.extension)
def test_a_file_that_breaks_off_says_where_and_keeps_time_until_then(part, recording, service, jobs):
    result = finished(service, jobs[part])
    assert result["broke_off"] == pytest.approx(result["duration"], abs=0.001)
    assert result["broke_off"] == pytest.approx(part.part * SECONDS, abs=2)
    assert borders_off(recording, CASES["WAV"], result, until=result["broke_off"] - 0.5) <= BORDER_SECONDS


def timed(segments):
    return [(word["word"], word["start"], word["end"]) for segment in segments for word in segment["words"]]


def test_a_channel_kept_apart_is_heard_to_the_millisecond_as_if_it_stood_alone(service, jobs, plain):
    apart, mixed = (finished(service, jobs[channels])["segments"] for channels in (Channels.SEPARATE, Channels.MIXED))
    alone = timed(plain["segments"])
    assert timed(s for s in apart if s["channel"] == 1) == alone
    assert not set(timed(s for s in apart if s["channel"] == 0)) & set(alone)
    assert len(set(timed(mixed)) & set(alone)) < 0.3 * len(alone)
