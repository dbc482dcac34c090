"""Whatever is uploaded ends as a transcript or with a reason, and touches nothing but itself.

STT_HOSTILE_MUTATIONS=3   of every format
STT_HOSTILE_SEED=1        another seed makes others
"""

import contextlib
import os
import random
import time
from collections import Counter

import pytest

from stt.worker.preparation.seclusion import can_seclude
from tests.chaos.nursery import Nursery
from tests.chaos.service import Service, entries
from tests.chaos.story import transcript_of
from tests.hostile.mutations import mutated
from tests.hostile.nasty import nasty, pointers
from tools.encoded_audio import encoded
from tools.speech import compose, write

MUTATIONS = int(os.environ.get("STT_HOSTILE_MUTATIONS", "3"))
SEED = int(os.environ.get("STT_HOSTILE_SEED", "1"))
AT_ONCE = 40
"""Uploads that are waited for together."""
PATIENCE_SECONDS = 300.0
ENDS = ("COMPLETED", "FAILED")
REASONS = ("error_message", "detail")
OWN_SECONDS = 0.5
"""More than what points elsewhere can hold itself, where its few bytes are taken for samples."""
NOWHERE = 9
"""The port of `discard`, which nobody serves here: who wants to go there dies before it is asked."""

pytestmark = pytest.mark.skipif(not can_seclude(), reason="this kernel cannot tell who wants a socket")


@pytest.fixture(scope="module")
def nursery():
    with Nursery() as started:
        yield started


@contextlib.contextmanager
def serving(nursery, directory, decoder="tests.hostile.decoder"):
    """A service whose door is open for whatever has no sign of audio, and somebody else's file in its storage."""
    settings = {"STT_MAX_AUDIO_SECONDS": "60", "STT_CHAOS_DECODER": decoder, "STT_CHAOS_WITHOUT": "door"}
    with Service(nursery, directory, settings) as service:
        mine = service.submit(write(compose("vi", 4.0, seed=81), directory / "victim.mp3"))
        assert service.wait(mine)["status"] == "COMPLETED"
        (victim,) = (directory / "data" / "objects" / "uploads" / mine).iterdir()
        yield service, victim, transcript_of(service, mine)


def ends_of(service, files):
    """What became of each, by name: a refusal, or the job as it ended."""
    waiting, ends = {}, {}
    for name, body in files.items():
        answer = service.post("/api/stt/jobs", files={"file": (f"../{name}", body)}, data={"language": "vi"})
        if answer.status_code == 202:
            waiting[name] = answer.json()["job_id"]
        else:
            ends[name] = answer.json() | {"status": "REFUSED" if answer.status_code in (400, 413, 415, 422) else "?"}
        if len(waiting) >= AT_ONCE:
            ends |= _waited_for(service, waiting)
    return ends | _waited_for(service, waiting)


def _waited_for(service, waiting):
    ends, until = {}, time.monotonic() + PATIENCE_SECONDS
    while waiting:
        for name, job_id in list(waiting.items()):
            job = service.get(f"/api/stt/jobs/{job_id}").json()
            if job["status"] in ENDS or time.monotonic() > until:
                ends[name] = job
                del waiting[name]
        time.sleep(0.05)
    return ends


def faults(service, ends, pointing):
    """What should not have been; those that are `pointing` elsewhere hold no sound of their own."""
    for name, end in ends.items():
        if end["status"] == "COMPLETED":
            if name in pointing and end["duration"] > OWN_SECONDS:
                yield f"{name}: gave away {transcript_of(service, end['job_id'])[:200]}"
        elif wrong := _wrong_with(end, service):
            yield f"{name}: {wrong} in {end}"
    yield from (f"{name} died: {service.logs()}" for name in service.died())
    for entry in entries(service.log("serve")):
        if entry["level"] in ("error", "critical") or "Unexpected error" in str(entry.get("reason")):
            yield str(entry)


def _wrong_with(end, service):
    code, reason = (end.get(name) or end.get(other) for name, other in (("error_code", "code"), REASONS))
    signs = {
        "no end": end["status"] not in ("FAILED", "REFUSED"),
        "no reason": not code or not reason,
        "a path": str(service.directory) in str(reason),
        "a wish for a socket or a program": "SIGSYS" in str(reason),
        "our own code broke": "exit code" in str(reason),
    }
    return ", ".join(sign for sign, there in signs.items() if there)


def test_whatever_is_uploaded_ends_with_a_reason_and_touches_nothing_else(nursery, tmp_path):
    with serving(nursery, tmp_path) as (service, victim, _):
        named = nasty(victim, NOWHERE, encoded(".wav"))
        files = named | mutated(random.Random(SEED), MUTATIONS)
        began = time.monotonic()
        ends = ends_of(service, files)
        found = list(faults(service, ends, pointers(victim, NOWHERE)))
        codes = Counter(end.get("error_code") or end.get("code") or end["status"] for end in ends.values())
        print(f"{len(named)} by name, {len(files) - len(named)} mutated, seed {SEED}, {time.monotonic() - began:.0f} s")
        print(dict(codes.most_common()))
        print(
            "crashed the decoder:", [name for name, end in ends.items() if end.get("error_code") == "decoder_crashed"]
        )
        service.stop("serve")
    assert not found, "\n".join(found[:20])
    assert not list((tmp_path / "scratch").iterdir())


def test_without_its_lists_a_playlist_gives_another_s_file_away_and_calls_a_host(nursery, tmp_path):
    with serving(nursery, tmp_path, "tests.hostile.decoder anything") as (service, victim, _):
        names = ("hls-file", "hls-http")
        ends = ends_of(service, {name: pointers(victim, NOWHERE)[name] for name in names})
        told = list(faults(service, ends, names))
    assert any(line.startswith("hls-file: gave away") for line in told), told
    assert any(line.startswith("hls-http: a wish for a socket") for line in told), told
