"""espeak-ng where it is installed, and logs that can be read whatever ran before."""

import pytest
import structlog

from tools.speech.espeak import version


@pytest.fixture(autouse=True)
def logs_as_before(monkeypatch):
    """Commands configure how logs are written; the next test finds them as they were.

    A logger that kept what was configured when it was first used would write past tests that read its lines.
    """
    configure, before = structlog.configure, structlog.get_config()
    uncached = {"cache_logger_on_first_use": False}
    monkeypatch.setattr(structlog, "configure", lambda **options: configure(**options | uncached))
    yield
    configure(**before)


@pytest.fixture(scope="session")
def espeak_ng():
    """The test skips where espeak-ng is missing, and fails where CI=true says that it has to be there."""
    return version()
