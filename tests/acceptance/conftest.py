"""The four settings the service has to be the same in, and a browser."""

import contextlib
import os
import shutil
import uuid

import pytest
from playwright.sync_api import sync_playwright

from tests.acceptance.service import Service
from tools.postgresql import fresh_database
from tools.rabbitmq import fresh_queues

CHROMIUM = "chromium"
QUIET = (
    "--no-sandbox",  # which Chromium demands of root
    "--use-fake-device-for-media-stream",  # a microphone that beeps
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)

SETTINGS = {
    "embedded": (),
    "distributed": ("postgresql", "minio", "rabbitmq"),
    "postgresql, folder, database queue": ("postgresql",),
    "sqlite, minio, rabbitmq": ("minio", "rabbitmq"),
}


@contextlib.contextmanager
def environment_of(servers, request):
    """Settings that make the service use the named servers, each with a space of its own there."""
    environment = {}
    with contextlib.ExitStack() as stack:
        if "postgresql" in servers:
            url = stack.enter_context(fresh_database(request.getfixturevalue("postgres_url")))
            environment["DATABASE_URL"] = url
        if "minio" in servers:
            server = request.getfixturevalue("minio_server")
            environment |= {
                "MINIO_ENDPOINT": server.endpoint,
                "MINIO_ACCESS_KEY": server.access_key,
                "MINIO_SECRET_KEY": server.secret_key,
                "MINIO_BUCKET": f"test-{uuid.uuid4().hex}",
            }
        if "rabbitmq" in servers:
            url = environment["RABBITMQ_URL"] = request.getfixturevalue("rabbitmq_url")
            environment["STT_QUEUE_PREFIX"] = stack.enter_context(fresh_queues(url))
        yield environment


@pytest.fixture(scope="module", params=SETTINGS)
def service(request, tmp_path_factory):
    """A running service: one process where everything is embedded, an API and two consumers elsewhere."""
    servers = SETTINGS[request.param]
    with environment_of(servers, request) as environment:
        directory = tmp_path_factory.mktemp("service")
        with Service(directory, environment, consumers=2 if servers else 0) as running:
            running.servers = servers
            yield running


@pytest.fixture(scope="module")
def browser():
    """Debian's Chromium; the test skips where it is missing, and fails where CI=true says that it has to be there."""
    path = shutil.which(CHROMIUM)
    if path is None:
        reason = "chromium is not installed: run scripts/debian-packages chromium"
        if os.environ.get("CI") == "true":
            pytest.fail(reason)
        pytest.skip(reason)
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=path, args=QUIET)
        yield chromium
        chromium.close()
