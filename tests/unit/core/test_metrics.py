"""The table of metrics, and the listener that tells them."""

import re
import socket
from pathlib import Path

import httpx
import pytest

from stt.core.metrics.listener import listening
from stt.core.metrics.table import REGISTRY

OPERATING = Path(__file__).parents[3] / "docs/operating.md"


def names():
    return {family.name for family in REGISTRY.collect() if family.name.startswith("stt_")}


def test_every_metric_is_documented_and_every_documented_one_exists():
    documented = set(re.findall(r"^\| `(stt_\w+)`", OPERATING.read_text(), re.MULTILINE))
    counters = {family.name for family in REGISTRY.collect() if family.type == "counter"}
    assert documented == {f"{name}_total" if name in counters else name for name in names()}


def test_a_listener_tells_them_until_it_is_left():
    with listening("127.0.0.1", 0) as port:
        answer = httpx.get(f"http://127.0.0.1:{port}/metrics", timeout=10, verify=False)
        assert "# HELP stt_attempts_total" in answer.text
    with pytest.raises(OSError, match="refused"):
        socket.create_connection(("127.0.0.1", port), timeout=5)
