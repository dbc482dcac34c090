"""Spans by OpenTelemetry's protocol, to a collector."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from hashlib import sha256

from opentelemetry.context import Context
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.sdk.trace.id_generator import RandomIdGenerator
from opentelemetry.trace import NonRecordingSpan, SpanContext, TraceFlags, set_span_in_context

from stt import __version__

SEND_SECONDS = 3
"""How long a collector may take; spans that it does not take are lost, and nothing waits for them."""
_first: ContextVar[str | None] = ContextVar("first", default=None)
"""The job whose first span is being made."""


class OtlpTracer:
    """Sends spans in batches from a thread of its own; the protocol is protobuf over HTTP."""

    def __init__(self, endpoint: str, process: str) -> None:
        about = {"service.name": f"stt {process}", "service.version": __version__}
        self._provider = TracerProvider(
            resource=Resource.create(about), id_generator=_IdsOfJobs(), shutdown_on_exit=False
        )
        exporter = OTLPSpanExporter(f"{endpoint.rstrip('/')}/v1/traces", timeout=SEND_SECONDS)
        self._provider.add_span_processor(BatchSpanProcessor(exporter))
        self._tracer = self._provider.get_tracer("stt", __version__)

    @contextmanager
    def span(
        self, name: str, job_id: str, attributes: Mapping[str, str | int], *, first: bool
    ) -> Iterator[Callable[[str], None]]:
        """A span of the job's trace."""
        asked = _first.set(job_id if first else None)
        context = Context() if first else _under_first(job_id)
        try:
            begun = self._tracer.start_span(name, context, attributes={**attributes, "job_id": job_id})
        finally:
            _first.reset(asked)
        try:
            yield lambda outcome: begun.set_attribute("outcome", outcome)
        except BaseException as error:
            begun.set_attribute("outcome", type(error).__name__)
            raise
        finally:
            begun.end()

    def close(self) -> None:
        """Send what is left."""
        self._provider.shutdown()


class _IdsOfJobs(RandomIdGenerator):  # type: ignore[misc]  # mypy is not told of what may not be installed
    """Those of a job's first span are made of its id, all others by chance."""

    def generate_trace_id(self) -> int:
        job_id = _first.get()
        return _ids(job_id)[0] if job_id else int(super().generate_trace_id())

    def generate_span_id(self) -> int:
        job_id = _first.get()
        return _ids(job_id)[1] if job_id else int(super().generate_span_id())


def _under_first(job_id: str) -> Context:
    trace_id, span_id = _ids(job_id)
    first = SpanContext(trace_id, span_id, is_remote=True, trace_flags=TraceFlags(TraceFlags.SAMPLED))
    return set_span_in_context(NonRecordingSpan(first), Context())


def _ids(job_id: str) -> tuple[int, int]:
    """Of a job's trace, and of the span that the others lie under."""
    made = sha256(b"stt trace " + job_id.encode()).digest()
    return int.from_bytes(made[:16]), int.from_bytes(made[16:24])
