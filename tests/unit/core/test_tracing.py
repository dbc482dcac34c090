"""One trace for each job, whichever processes had it in hand; and nothing at all where nobody asked for it."""

import http.server
import subprocess
import sys
import threading

import pytest

from stt.core import tracing
from stt.domain.errors import InvalidRequest

pytest.importorskip("opentelemetry.sdk", reason="opentelemetry-sdk is missing: make setup puts it there")


@pytest.fixture
def collector():
    """A collector of its own: its address, and every span that it was sent, by name."""
    from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

    spans = {}

    class Taking(http.server.BaseHTTPRequestHandler):
        def do_POST(self):
            body = ExportTraceServiceRequest.FromString(self.rfile.read(int(self.headers["Content-Length"])))
            for resource in body.resource_spans:
                for scope in resource.scope_spans:
                    spans.update({span.name: (span, resource.resource) for span in scope.spans})
            assert self.path == "/v1/traces"
            self.send_response(200)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_):
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Taking) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}", spans
        server.shutdown()
        thread.join()


def values(attributes):
    return {pair.key: pair.value.string_value or pair.value.int_value for pair in attributes}


def test_what_two_processes_do_for_a_job_is_one_trace(collector):
    endpoint, spans = collector
    end = tracing.begin(endpoint, "api")
    with tracing.span("accept", "job-1", {"model": "base"}, first=True):
        pass
    end()
    end = tracing.begin(endpoint, "consumer")
    with tracing.span("transcribe", "job-1", {"chunk": 3, "attempt": 2}) as note:
        note("done")
    with tracing.span("merge", "job-2", {}):
        pass
    end()
    (accept, api), (chunk, consumer), (other, _) = spans["accept"], spans["transcribe"], spans["merge"]
    assert chunk.trace_id == accept.trace_id != other.trace_id
    assert chunk.parent_span_id == accept.span_id
    assert accept.parent_span_id == b""
    assert values(chunk.attributes) == {"chunk": 3, "attempt": 2, "outcome": "done", "job_id": "job-1"}
    assert values(api.attributes)["service.name"] == "stt api"
    assert values(consumer.attributes)["service.name"] == "stt consumer"


def test_what_is_broken_off_says_by_what_and_nothing_is_kept_from_passing(collector):
    endpoint, spans = collector
    end = tracing.begin(endpoint, "consumer")
    with pytest.raises(KeyError), tracing.span("prepare", "job-1", {}):
        raise KeyError
    end()
    assert values(spans["prepare"][0].attributes)["outcome"] == "KeyError"


def test_nothing_of_it_is_imported_where_nobody_asked_for_it():
    code = """
import sys, stt.cli.service, stt.worker.claims.lease_keeper, stt.services.jobs.job_service
from stt.core import tracing
with tracing.span("merge", "job-1", {}) as note:
    note("done")
ours = ("stt.core.otlp", "opentelemetry.sdk", "opentelemetry.exporter")  # FastAPI imports the bare interface
print([name for name in sys.modules if name.startswith(ours)])
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=True)
    assert done.stdout.strip() == "[]"


def test_who_asks_for_it_and_has_it_not_is_told_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "stt.core.otlp", None)
    with pytest.raises(InvalidRequest, match=r"install stt-jobs\[otel\]"):
        tracing.begin("http://127.0.0.1:1", "api")
