import httpx
import pytest
import structlog

from tests.embedded_service import embedded_service


@pytest.fixture
async def embedded(tmp_path):
    async with embedded_service(tmp_path) as running:
        yield running


@pytest.fixture
async def client(embedded):
    """Talks to the whole application, without a server in between."""
    transport = httpx.ASGITransport(embedded.app())
    async with httpx.AsyncClient(transport=transport, base_url="http://stt") as client:
        yield client


@pytest.fixture(autouse=True)
def plain_tracebacks():
    """The default rendering of a traceback takes seconds."""
    before = structlog.get_config()["processors"]
    renderer = structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback)
    structlog.configure(processors=[*before[:-1], renderer])
    yield
    structlog.configure(processors=before)
