"""Every metric that there is: name, what it says, labels. `docs/operating.md` lists them for readers.

They are counted where things happen, by this process alone; `stt serve` is API and consumer in one. Inference children
count nothing: their consumer does it for them. No label holds what a caller made up, so that nobody can make many.
"""

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, Info, generate_latest
from prometheus_client.process_collector import ProcessCollector

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"

REGISTRY = CollectorRegistry()
ProcessCollector(registry=REGISTRY)

_QUICK = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)
_LONG = (0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0, 120.0, 300.0, 600.0)
_WINDOWS = (1, 2, 4, 6, 8, 12, 16, 24, 32, 48, 64)

BUILD = Info("stt_build", "Version of the program and of the tables that it needs.", registry=REGISTRY)

QUEUE_DEPTH = Gauge(
    "stt_queue_depth",
    "Work that waits and could be begun, as the database has it; told by API processes, each the same.",
    ["lane", "rank"],
    registry=REGISTRY,
)
QUEUE_OLDEST = Gauge(
    "stt_queue_oldest_seconds",
    "How long the oldest such work has waited at its rank; after ten minutes it moves up one.",
    ["lane", "rank"],
    registry=REGISTRY,
)
QUEUE_HELD = Gauge(
    "stt_queue_held",
    "Work that consumers hold, as the database has it; told by API processes.",
    ["lane"],
    registry=REGISTRY,
)
QUEUE_KNOWN = Gauge(
    "stt_queue_known", "1 if the database answered when it was last asked for the queue, else 0.", registry=REGISTRY
)

JOBS_ACCEPTED = Counter("stt_jobs_accepted", "Jobs that were stored.", registry=REGISTRY)
JOBS_ENDED = Counter("stt_jobs_ended", "Jobs that ended: completed, failed or cancelled.", ["end"], registry=REGISTRY)
ATTEMPTS = Counter(
    "stt_attempts",
    "Attempts at work, by how they ended: done, failed, hopeless, refused, lost, outage, stopped, put_behind.",
    ["lane", "outcome"],
    registry=REGISTRY,
)
ATTEMPT_SECONDS = Histogram(
    "stt_attempt_seconds", "How long attempts took, whatever came of them.", ["lane"], buckets=_LONG, registry=REGISTRY
)
STALE_WRITES = Counter(
    "stt_stale_writes_refused", "Writes under a claim that was void by then.", ["lane"], registry=REGISTRY
)
HOLDING = Gauge("stt_work_in_hand", "Work that this consumer has in hand.", ["lane"], registry=REGISTRY)
SLOTS = Gauge("stt_slots", "Work that this consumer may have in hand.", ["lane"], registry=REGISTRY)

AUDIO_SECONDS = Counter(
    "stt_audio_seconds", "Seconds of audio that were transcribed.", ["model", "engine"], registry=REGISTRY
)
INFERENCE_SECONDS = Counter(
    "stt_inference_seconds",
    "Seconds that inference processes took over batches.",
    ["model", "engine"],
    registry=REGISTRY,
)
INFERENCE_AUDIO_SECONDS = Counter(
    "stt_inference_audio_seconds",
    "Seconds of audio in these batches; what is heard again counts again.",
    ["model", "engine"],
    registry=REGISTRY,
)
BATCH_WINDOWS = Histogram(
    "stt_batch_windows", "Windows decoded together.", ["model", "engine"], buckets=_WINDOWS, registry=REGISTRY
)
BATCHES_FAILED = Counter(
    "stt_batches_failed",
    "Batches that came to nothing, to be done again window by window.",
    ["model", "engine"],
    registry=REGISTRY,
)
TRANSCRIPT_SECONDS = Counter(
    "stt_transcript_seconds",
    "What became of the audio of finished jobs: words, silence, sound, suppressed, gap.",
    ["kind"],
    registry=REGISTRY,
)
SEAMS = Counter("stt_seams", "Cuts between chunks of finished jobs.", registry=REGISTRY)
SEAMS_DISPUTED = Counter(
    "stt_seams_disputed", "Those of them whose two sides heard different words.", registry=REGISTRY
)

DELIVERIES = Counter(
    "stt_deliveries",
    "Attempts to deliver to webhooks: delivered, refused or unreachable.",
    ["outcome"],
    registry=REGISTRY,
)
DELIVERY_SECONDS = Histogram(
    "stt_delivery_seconds", "How long receivers took to answer.", buckets=_LONG, registry=REGISTRY
)

STORAGE_SECONDS = Histogram(
    "stt_storage_seconds",
    "How long storage took; for get the time to the first block.",
    ["operation"],
    buckets=_QUICK,
    registry=REGISTRY,
)
STORAGE_FAILED = Counter(
    "stt_storage_failed", "Operations during which storage was not there.", ["operation"], registry=REGISTRY
)
PUBLISH_SECONDS = Histogram(
    "stt_publish_seconds", "How long the queue took to confirm a ticket.", ["lane"], buckets=_QUICK, registry=REGISTRY
)
PUBLISH_FAILED = Counter("stt_publish_failed", "Tickets that the queue did not confirm.", ["lane"], registry=REGISTRY)
DATABASE_SECONDS = Histogram(
    "stt_database_seconds", "How long transactions took.", ["kind"], buckets=_QUICK, registry=REGISTRY
)

REQUESTS = Counter(
    "stt_http_requests", "Requests, by the template of their route.", ["method", "route", "status"], registry=REGISTRY
)
REQUEST_SECONDS = Histogram(
    "stt_http_request_seconds",
    "From the head of a request to the head of its answer; the upload of a body is part of it.",
    ["method", "route"],
    buckets=_LONG,
    registry=REGISTRY,
)


def exposition() -> bytes:
    """All of it in Prometheus's text format."""
    return generate_latest(REGISTRY)
