"""An address of its own to read metrics at, for who has no key: other machines reach it only where it is opened."""

import contextlib
from collections.abc import Iterator

import structlog
from prometheus_client import start_http_server

from stt.core.metrics.table import REGISTRY

log = structlog.get_logger()


@contextlib.contextmanager
def listening(host: str, port: int) -> Iterator[int]:
    """Answer `GET /metrics` there, in a thread, on the port that is given; raises `OSError` where it is taken."""
    server, thread = start_http_server(port, host, REGISTRY)
    try:
        log.info("metrics_listening", host=host, port=server.server_port)
        yield server.server_port
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
