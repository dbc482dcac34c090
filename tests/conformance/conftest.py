"""The service as programs for OpenAI's API meet it, and the SDKs they use."""

import pytest

from tests.acceptance.conftest import SETTINGS, environment_of
from tests.acceptance.service import Service
from tools.speech import compose, write


@pytest.fixture(scope="module", params=["embedded", "distributed"])
def service(request, tmp_path_factory):
    """Everything in one process, or an API and two consumers on real servers; every name means the demo model."""
    servers = SETTINGS[request.param]
    with environment_of(servers, request) as environment:
        directory = tmp_path_factory.mktemp("service")
        environment["STT_DEFAULT_MODEL"] = "demo"
        with Service(directory, environment, consumers=2 if servers else 0) as running:
            yield running


@pytest.fixture(scope="session")
def recordings(tmp_path_factory):
    """A short file and one that takes longer than a second: that is what an impatient client waits."""
    folder = tmp_path_factory.mktemp("recordings")
    paths = folder / "short.wav", folder / "long.wav"
    for path, seconds in zip(paths, (8.0, 300.0), strict=True):
        write(compose("en", seconds, seed=5), path)
    return paths
