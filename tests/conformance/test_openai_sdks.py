"""OpenAI's own SDKs, the oldest and the newest, find in the service what they find at OpenAI."""

import json
import os
import shutil
import subprocess
import time
from pathlib import Path

import httpx
import pytest

HERE = Path(__file__).parent
SDKS = HERE.parents[1] / ".sdks"


def command_of(sdk, service, recordings):
    url = f"{service.url}/v1"
    if sdk == "javascript":
        return ["node", HERE / "javascript_client.mjs", SDKS / sdk, url, *recordings]
    return [SDKS / sdk / "bin" / "python", HERE / "python_client.py", url, *recordings]


def needed(sdk):
    if not (SDKS / sdk / ".done").exists() or (sdk == "javascript" and not shutil.which("node")):
        reason = f"{sdk} is missing: run scripts/sdks"
        if os.environ.get("CI") and sdk != "javascript":
            pytest.fail(reason)
        pytest.skip(reason)


@pytest.mark.parametrize("sdk", ["python-oldest", "python-newest", "javascript"])
def test_every_cell_is_as_at_openai(service, recordings, sdk, request):
    needed(sdk)
    ran = subprocess.run(command_of(sdk, service, recordings), capture_output=True, text=True, timeout=300, check=False)
    assert ran.returncode == 0, ran.stderr[-2000:]
    told = json.loads(ran.stdout)
    # `make conformance` makes a table of them.
    setting = request.node.callspec.params["service"]
    (SDKS / f"{setting}-{sdk}.json").write_text(ran.stdout)
    assert {name: outcome for name, outcome in told["cells"].items() if outcome != "ok"} == {}
    assert len(told["cells"]) >= 15


def test_programs_that_speak_to_openai_speak_to_the_service(service, recordings):
    needed("programs")
    command = [SDKS / "programs" / "bin" / "python", HERE / "programs_client.py", f"{service.url}/v1", recordings[0]]
    ran = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    assert ran.returncode == 0, ran.stderr[-2000:]
    texts = json.loads(ran.stdout)
    assert len(texts) == 2
    assert len(set(texts.values())) == 1, texts
    assert len(texts["LiveKit Agents"].split()) > 10, texts


def test_a_stream_begins_before_a_fifth_of_its_time(service, recordings):
    """The best of six runs: what comes first is done by one process, and a busy machine delays that more than the
    whole, which all take part in."""
    shares = []
    while not shares or (len(shares) < 6 and min(shares) >= 1 / 5):
        shares.append(waited_for_words(service, recordings[1], prompt=f"Words {len(shares)}."))
    assert min(shares) < 1 / 5, shares


def waited_for_words(service, path, prompt):
    """Which part of the time of a streamed file passes before its first delta; the prompt is one that no other has."""
    began, first = time.monotonic(), None
    with httpx.stream(
        "POST",
        f"{service.url}/v1/audio/transcriptions",
        data={"model": "demo", "stream": "true", "language": "en", "prompt": prompt},
        files={"file": (path.name, path.read_bytes())},
        timeout=300,
        verify=False,
    ) as answer:
        for line in answer.iter_lines():
            if first is None and "transcript.text.delta" in line:
                first = time.monotonic() - began
    assert first is not None
    return first / (time.monotonic() - began)
