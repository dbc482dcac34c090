"""Servers as they are, and through a proxy that can break."""

from urllib.parse import urlsplit

import aio_pika
import pytest

from stt.core.messaging.rabbitmq import RabbitQueue
from tests.tcp_proxy import TcpProxy


@pytest.fixture
async def rabbit(rabbitmq_url, queue_prefix):
    """Makes queues on the broker, or on another address of it, that are closed at the end of the test."""
    made = []

    async def open_queue(*, url=rabbitmq_url, **options):
        queue = RabbitQueue(url, prefix=queue_prefix, **options)
        made.append(queue)
        await queue.open()
        return queue

    yield open_queue
    for queue in made:
        await queue.close()


@pytest.fixture
async def broker_connection(rabbitmq_url):
    """The broker as others see it."""
    async with await aio_pika.connect(rabbitmq_url) as connection:
        yield connection


@pytest.fixture
async def broker_channel(broker_connection):
    async with broker_connection.channel() as channel:
        yield channel


@pytest.fixture
async def broker_proxy(rabbitmq_url):
    parts = urlsplit(rabbitmq_url)
    async with TcpProxy(parts.hostname, parts.port) as proxy:
        yield proxy


@pytest.fixture
def proxied_url(rabbitmq_url, broker_proxy):
    parts = urlsplit(rabbitmq_url)
    return parts._replace(netloc=f"{parts.username}:{parts.password}@{broker_proxy.address}").geturl()


@pytest.fixture
async def minio_proxy(minio_server):
    host, _, port = minio_server.endpoint.rpartition(":")
    async with TcpProxy(host, int(port)) as proxy:
        yield proxy
