"""Traces of jobs, where somebody asked for them; otherwise nothing of OpenTelemetry is imported.

All that is done for a job is one trace, by whichever process: its ids are made of the job's own, so that no message and
no row has to carry them.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from typing import Protocol

from stt.domain.errors import InvalidRequest

Attributes = Mapping[str, str | int]
Note = Callable[[str], None]
"""Takes how what is traced came out, in a word."""


class Tracer(Protocol):
    """Sends spans somewhere."""

    def span(self, name: str, job_id: str, attributes: Attributes, *, first: bool) -> AbstractContextManager[Note]:
        """A span of the job's trace; its `first` is the one that all others lie under."""

    def close(self) -> None:
        """Send what is left; returns within seconds, whoever is away."""


_tracer: Tracer | None = None


def begin(endpoint: str, process: str) -> Callable[[], None]:
    """Send spans to the collector at `endpoint` from now on, as those of a `process`; returns what ends it.

    Without an endpoint none are made.

    Raises:
        InvalidRequest: code `tracing_missing`; OpenTelemetry is not installed.
    """
    if not endpoint:
        return lambda: None
    try:
        from stt.core.otlp import OtlpTracer
    except ImportError as error:
        raise InvalidRequest(
            "OTEL_EXPORTER_OTLP_ENDPOINT is set, and OpenTelemetry is not installed: install stt-jobs[otel].",
            code="tracing_missing",
        ) from error
    tracer = OtlpTracer(endpoint, process)
    use(tracer)

    def end() -> None:
        use(None)
        tracer.close()

    return end


def use(tracer: Tracer | None) -> None:
    """Send spans by this tracer from now on, or none."""
    global _tracer  # noqa: PLW0603  as the registry of metrics, one for the process
    _tracer = tracer


@contextmanager
def span(name: str, job_id: str, attributes: Attributes, *, first: bool = False) -> Iterator[Note]:
    """What is done within is a span of the job's trace, if traces are asked for."""
    if _tracer is None:
        yield _unheard
    else:
        with _tracer.span(name, job_id, attributes, first=first) as note:
            yield note


def _unheard(_outcome: str) -> None:
    pass
