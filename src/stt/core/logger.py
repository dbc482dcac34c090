"""Logs: one event name per line, for people on a terminal or as JSON for machines."""

import logging
import sys

import structlog


def configure_logging(log_format: str, level: str) -> None:
    """Send everything, the libraries' own logs included, to stderr as `console` or `json` lines from `level` up."""
    shared: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    json = log_format == "json"
    # The default formatter takes seconds per traceback, and prints the values of local variables.
    on_terminal = structlog.dev.ConsoleRenderer(
        colors=sys.stderr.isatty(), exception_formatter=structlog.dev.plain_traceback
    )
    renderer = structlog.processors.JSONRenderer() if json else on_terminal
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        wrapper_class=structlog.make_filtering_bound_logger(getattr(logging, level.upper())),
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )
    finish: list[structlog.typing.Processor] = [structlog.stdlib.ProcessorFormatter.remove_processors_meta]
    if json:
        finish.append(structlog.processors.format_exc_info)
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(structlog.stdlib.ProcessorFormatter(foreign_pre_chain=shared, processors=[*finish, renderer]))
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(level.upper())
    logging.getLogger("aiormq").setLevel(logging.CRITICAL)  # the adapter reports what it finds by itself
    for chatty in ("aio_pika", "httpx", "httpcore", "faster_whisper", "alembic", "uvicorn.access"):
        logging.getLogger(chatty).setLevel(logging.WARNING)
