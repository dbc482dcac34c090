"""The page in Debian's Chromium, with a service behind it that is a process of its own."""

from urllib.parse import urlsplit

import pytest
from playwright.sync_api import expect

from tests.acceptance.page.seeded import WORD_SECONDS, finished_job, silence, talk
from tools.service import Service

WORDS = 600
PATIENCE_MS = 60_000
expect.set_options(timeout=PATIENCE_MS)
SETTINGS = {"STT_DEFAULT_MODEL": "demo", "STT_LEASE_SECONDS": "60"}


@pytest.fixture(scope="module")
def api(tmp_path_factory):
    """An API without a consumer: what it has is there, and nothing changes by itself."""
    with Service(tmp_path_factory.mktemp("api"), SETTINGS, commands=("api",)) as running:
        yield running


@pytest.fixture(scope="module")
def job_id(api, tmp_path_factory):
    """A finished talk of a few minutes."""
    audio = silence(tmp_path_factory.mktemp("audio") / "talk.wav", WORDS * WORD_SECONDS)
    return finished_job(api, talk(WORDS), "chuyện dài.wav", audio)


class Visit:
    """A browser that has been nowhere before; what its console says and whom it asks is kept."""

    def __init__(self, browser, **options):
        self.context = browser.new_context(locale="en-GB", **options)
        self.context.set_default_timeout(PATIENCE_MS)
        self.page = self.context.new_page()
        self.errors, self.hosts = [], set()
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))
        self.page.on("console", lambda message: message.type == "error" and self.errors.append(message.text))
        self.page.on("request", lambda request: self.hosts.add(urlsplit(request.url).netloc))

    def open(self, service, path="/"):
        self.page.goto(service.url + path)
        return self.page


@pytest.fixture
def visit(browser):
    """Makes visits; in the end no script may have failed and nobody else may have been asked."""
    made = []

    def new(**options):
        made.append(Visit(browser, **options))
        return made[-1]

    yield new
    for visit in made:
        visit.context.close()
        assert [error for error in visit.errors if "Failed to load resource" not in error] == []
        assert len({host for host in visit.hosts if host}) <= 1
