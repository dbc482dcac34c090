"""What is written for users is complete."""

import re
from pathlib import Path

from stt import __version__

ROOT = Path(__file__).parents[2]
INTERNAL = {
    "attempt_failed",  # always replaced by a more exact one before anybody sees it
    "claim_lost",
    "invalid_hallucinations",  # a setting, reported at the start of a process
    "invalid_rabbitmq_url",  # likewise
    "job_failed",
    "malformed_message",
    "no_gpu",  # a setting, reported at the start of a process
    "object_missing",
    "queue_unavailable",
    "scratch_unavailable",
    "tracing_missing",  # a setting, reported at the start of a process
    "unavailable",
    "cancelled",
}


def test_every_error_code_is_documented():
    pages = (ROOT / "docs/api.md", ROOT / "docs/openai.md")
    documented = {code for page in pages for code in re.findall(r"`([a-z_]+)`", page.read_text())}
    used = set()
    for path in (ROOT / "src/stt").rglob("*.py"):
        used |= set(re.findall(r'\bcode(?:: ClassVar\[str\])? ?= ?"([a-z_]+)"', path.read_text()))
    assert used - INTERNAL <= documented


def test_the_version_has_a_release_in_the_changes_and_is_that_of_the_chart():
    assert re.search(rf"(?m)^## \[{re.escape(__version__)}\] - \d{{4}}-\d\d-\d\d$", (ROOT / "CHANGELOG.md").read_text())
    chart = (ROOT / "deploy/helm/stt/Chart.yaml").read_text()
    assert re.findall(r'(?m)^(?:appV|v)ersion: "?([^"\n]+)"?$', chart) == [__version__, __version__]
