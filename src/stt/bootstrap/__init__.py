"""Joins the parts: the only room that knows every adapter. Nothing connects before it is entered."""

from stt.bootstrap.api_side import (
    deletion_service,
    direct_upload_service,
    download_service,
    edit_service,
    event_service,
    forecast_service,
    health_service,
    idempotency_service,
    job_list_service,
    job_service,
    key_service,
    known_speaker_service,
    metrics_service,
    object_ingest,
    redo_service,
    retry_service,
    transcription_service,
    upload_service,
    url_ingest,
    webhook_service,
)
from stt.bootstrap.consumer_side import consumer
from stt.bootstrap.foundation import (
    Foundation,
    choose_queue,
    choose_storage,
    foundation,
    model_store,
    slots_of,
    speaker_store,
)
from stt.bootstrap.keys import keys
from stt.bootstrap.layout import layout_of
from stt.bootstrap.queue import queue
from stt.bootstrap.watching import bucket_prefix

__all__ = [
    "Foundation",
    "bucket_prefix",
    "choose_queue",
    "choose_storage",
    "consumer",
    "deletion_service",
    "direct_upload_service",
    "download_service",
    "edit_service",
    "event_service",
    "forecast_service",
    "foundation",
    "health_service",
    "idempotency_service",
    "job_list_service",
    "job_service",
    "key_service",
    "keys",
    "known_speaker_service",
    "layout_of",
    "metrics_service",
    "model_store",
    "object_ingest",
    "queue",
    "redo_service",
    "retry_service",
    "slots_of",
    "speaker_store",
    "transcription_service",
    "upload_service",
    "url_ingest",
    "webhook_service",
]
