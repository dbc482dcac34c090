"""espeak-ng where it is installed."""

import os

import pytest

from tools.speech import EspeakMissingError
from tools.speech.espeak import version


@pytest.fixture(scope="session")
def espeak_ng():
    """The test skips where espeak-ng is missing, and fails where CI=true says that it has to be there."""
    try:
        return version()
    except EspeakMissingError as error:
        if os.environ.get("CI") == "true":
            pytest.fail(str(error))
        pytest.skip(str(error))
