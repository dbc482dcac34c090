"""espeak-ng where it is installed."""

import pytest

from tools.speech.espeak import version


@pytest.fixture(scope="session")
def espeak_ng():
    """The test skips where espeak-ng is missing, and fails where CI=true says that it has to be there."""
    return version()
