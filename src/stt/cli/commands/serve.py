"""Commands that run the service: serve, api, consumer."""

from stt.cli.options import DataDirOption, HostOption, PortOption
from stt.cli.running import run
from stt.cli.settings import load
from stt.core.config import Settings
from stt.core.logger import configure_logging


def serve(*, host: HostOption = None, port: PortOption = None, data_dir: DataDirOption = None) -> None:
    """Run the whole service in one process: API and consumer."""
    _run(load(host=host, port=port, data_dir=data_dir), listening=True, consuming=True)


def api(*, host: HostOption = None, port: PortOption = None, data_dir: DataDirOption = None) -> None:
    """Run the API alone; consumers do the work elsewhere."""
    _run(load(host=host, port=port, data_dir=data_dir), listening=True, consuming=False)


def consumer(*, data_dir: DataDirOption = None) -> None:
    """Run a consumer alone; as many as you like may share a database, storage and queue."""
    _run(load(data_dir=data_dir), listening=False, consuming=True)


def _run(settings: Settings, *, listening: bool, consuming: bool) -> None:
    from stt.cli.listening import listen
    from stt.cli.service import serve_until_stopped

    configure_logging(settings.log_format, settings.log_level)
    listener = listen(settings.host, settings.port) if listening else None
    run(serve_until_stopped(settings, listener, consuming=consuming))
