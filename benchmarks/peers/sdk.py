"""OpenAI's SDK, in the environment that scripts/sdks makes for it."""

import json
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

CLIENT = Path(__file__).with_name("openai_client.py")
PYTHON = CLIENT.parents[2] / ".sdks" / "python-newest" / "bin" / "python"
LATEST_LINES = 2000
"""Characters of what it complained of that an error shows."""


def sent(order: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """What the client prints for an order, line by line as it comes; see `openai_client`.

    Raises:
        RuntimeError: the SDK is not installed, or a clip failed.
    """
    if not PYTHON.exists():
        raise RuntimeError("OpenAI's SDK is missing: run scripts/sdks.")
    pipe = subprocess.PIPE
    with subprocess.Popen([PYTHON, CLIENT], stdin=pipe, stdout=pipe, stderr=pipe, text=True) as client:
        if client.stdin is None or client.stdout is None or client.stderr is None:
            raise ValueError("The client is spoken to through pipes.")
        client.stdin.write(json.dumps(order))
        client.stdin.close()
        yield from map(json.loads, client.stdout)
        complaint = client.stderr.read()
    if client.returncode:
        raise RuntimeError(f"The SDK failed: {complaint[-LATEST_LINES:]}")
