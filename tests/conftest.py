"""Real servers, real voices and real weights for tests. Nothing is timed.

Servers are those named by STT_TEST_*, else those that `scripts/services` runs.
"""

import contextlib
import os
import shlex
import signal
import subprocess
import uuid
from dataclasses import dataclass
from pathlib import Path

import hypothesis
import pytest
from minio import Minio

from benchmarks.real_voices import clips, weights
from stt.core.storage.s3 import S3Storage
from tools.postgresql import fresh_database
from tools.rabbitmq import fresh_queues
from tools.speech import EspeakMissingError

# A script that starts the tests in its background has them, and the processes that they start, ignore Ctrl-C.
signal.signal(signal.SIGINT, signal.default_int_handler)
hypothesis.settings.register_profile("untimed", deadline=None)
hypothesis.settings.load_profile("untimed")

SCRIPT = Path(__file__).parents[1] / "scripts" / "services"


@dataclass(frozen=True)
class MinioServer:
    endpoint: str
    access_key: str
    secret_key: str

    def client(self):
        return Minio(self.endpoint, self.access_key, self.secret_key, secure=False)

    def storage(self, bucket, **changes):
        """Our adapter for a bucket; `changes` break one of its settings."""
        settings = {"endpoint": self.endpoint, "access_key": self.access_key, "secret_key": self.secret_key}
        return S3Storage(**(settings | changes), bucket=bucket, use_ssl=False)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_setup():
    with _without_espeak():
        return (yield)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call():
    with _without_espeak():
        return (yield)


@contextlib.contextmanager
def _without_espeak():
    """A test that wants speech where espeak-ng is missing has nothing to hear; it says so."""
    try:
        yield
    except EspeakMissingError as error:
        _missing(str(error))


@pytest.fixture(scope="session")
def server_settings():
    """STT_TEST_* by name; empty where no server is known."""
    found = subprocess.run([SCRIPT, "env"], capture_output=True, text=True, timeout=60, check=False).stdout
    running = dict(word.split("=", 1) for word in shlex.split(found) if "=" in word)
    return running | {name: value for name, value in os.environ.items() if name.startswith("STT_TEST_")}


@pytest.fixture(scope="session")
def minio_server(server_settings):
    return MinioServer(
        endpoint=_required(server_settings, "minio", "STT_TEST_MINIO_ENDPOINT"),
        access_key=_required(server_settings, "minio", "STT_TEST_MINIO_ACCESS_KEY"),
        secret_key=_required(server_settings, "minio", "STT_TEST_MINIO_SECRET_KEY"),
    )


@pytest.fixture(scope="session")
def rabbitmq_url(server_settings):
    return _required(server_settings, "rabbitmq", "STT_TEST_RABBITMQ_URL")


@pytest.fixture(scope="session")
def postgres_url(server_settings):
    return _required(server_settings, "postgres", "STT_TEST_DATABASE_URL")


@pytest.fixture(scope="session")
def postgres_database(postgres_url):
    """A database of this run's own."""
    with fresh_database(postgres_url) as url:
        yield url


@pytest.fixture
def bucket_name(minio_server):
    """A name for a bucket of the test's own, which is removed if the test has made it."""
    name = f"test-{uuid.uuid4().hex}"
    yield name
    client = minio_server.client()
    if client.bucket_exists(name):
        for entry in client.list_objects(name, recursive=True):
            client.remove_object(name, entry.object_name)
        client.remove_bucket(name)


@pytest.fixture
def queue_prefix(rabbitmq_url):
    """A prefix for queues of the test's own, which are removed afterwards."""
    with fresh_queues(rabbitmq_url) as prefix:
        yield prefix


@pytest.fixture(scope="session")
def speech_set():
    """The recordings of people that STT_TEST_SPEECH names; where it names a folder without any, tests fail."""
    if not os.environ.get(clips.VARIABLE):
        pytest.skip(f"{clips.VARIABLE} is not set: it would name a folder of recordings with a manifest.jsonl")
    return clips.SpeechSet.of_environment()


@pytest.fixture(scope="session")
def real_base(tmp_path_factory):
    """Whisper's `base` for both engines; `.models` is the folder in which a service finds it."""
    try:
        return weights.base(tmp_path_factory.mktemp("models"))
    except FileNotFoundError as error:
        _missing(str(error))


def _required(settings, server, name):
    """The setting; without it the test skips, or fails."""
    if value := settings.get(name):
        return value
    return _missing(f"{name} is not set and {server} does not run: run scripts/services start")


def _missing(reason):
    """Skip for this reason, or fail where CI=true says that everything has to be there."""
    if os.environ.get("CI") == "true":
        pytest.fail(reason)
    pytest.skip(reason)
