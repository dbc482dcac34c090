"""The four settings the service has to be the same in."""

import contextlib
import uuid

import pytest

from tests.acceptance.service import Service
from tools.postgresql import fresh_database

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
            environment["RABBITMQ_URL"] = request.getfixturevalue("empty_rabbitmq")
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
