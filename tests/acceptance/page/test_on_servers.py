"""The page on PostgreSQL, MinIO and RabbitMQ: a file on its way, and its words as they come.

What the browser does by itself is seen with the embedded default, by the other files.
"""

import re

import pytest
from playwright.sync_api import expect

from tests.acceptance.conftest import environment_of
from tests.acceptance.page.conftest import SETTINGS
from tests.acceptance.page.test_uploading import FAST, half_sent, opened
from tools import speech
from tools.service import Service

SERVERS = ("postgresql", "minio", "rabbitmq")


@pytest.fixture(scope="module")
def service(request, tmp_path_factory):
    with environment_of(SERVERS, request) as environment:
        settings = SETTINGS | environment | {"STT_CHUNK_SECONDS": "10", "STT_CHILDREN": "1", "STT_BATCH_SIZE": "1"}
        commands = ("api", "consumer")
        with Service(tmp_path_factory.mktemp("service"), settings, commands=commands) as running:
            yield running


def test_a_file_arrives_whatever_happens_and_its_words_come_while_one_looks_on(visit, service, tmp_path):
    path = speech.write(speech.compose("vi", 40, seed=52), tmp_path / "dài.wav", sample_rate=48_000, channels=2)
    page = opened(visit(), service)
    half_sent(page, path)
    service.kill("api")
    page.get_by_text("The file is safe here").wait_for()
    service.start("api", "api")
    service.wait_until_ready()
    page.reload()
    page.line.send("Network.emulateNetworkConditions", FAST)
    page.get_by_role("link", name=re.compile("dài")).click()
    page.wait_for_function("() => document.querySelector('.text p') && document.querySelector('.arriving')")
    page.get_by_text("Download").wait_for(timeout=240_000)
    job_id = page.url.rpartition("/")[2]
    expect(page.locator(".text p")).to_have_text([each["text"] for each in service.result(job_id)["segments"]])
    assert service.get(f"/api/stt/jobs/{job_id}/media").content == path.read_bytes()
