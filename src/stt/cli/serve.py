"""Commands that run the service: serve, api, consumer."""

import socket

from stt.cli.options import DataDirOption, HostOption, PortOption
from stt.cli.running import run, stop_signals
from stt.cli.service import listen, running, summary, url_of
from stt.cli.settings import load
from stt.cli.terminal import write
from stt.core.config import Settings
from stt.core.logger import configure_logging


def serve(*, host: HostOption = None, port: PortOption = None, data_dir: DataDirOption = None) -> None:
    """Run the whole service in one process: API and consumer."""
    settings = load(host=host, port=port, data_dir=data_dir)
    _start(settings, listen(settings.host, settings.port), consuming=True)


def api(*, host: HostOption = None, port: PortOption = None, data_dir: DataDirOption = None) -> None:
    """Run the API alone; consumers do the work elsewhere."""
    settings = load(host=host, port=port, data_dir=data_dir)
    _start(settings, listen(settings.host, settings.port), consuming=False)


def consumer(*, data_dir: DataDirOption = None) -> None:
    """Run a consumer alone; as many as you like may share a database, storage and queue."""
    _start(load(data_dir=data_dir), None, consuming=True)


def _start(settings: Settings, listener: socket.socket | None, *, consuming: bool) -> None:
    configure_logging(settings.log_format, settings.log_level)
    run(_serve(settings, listener, consuming=consuming))


async def _serve(settings: Settings, listener: socket.socket | None, *, consuming: bool) -> None:
    with stop_signals() as stop:
        async with running(settings, listener=listener, consuming=consuming) as service:
            where = url_of(listener) if listener else "a consumer"
            write(f"Running {where} ({summary(service.base)})")
            await service.until(stop)
