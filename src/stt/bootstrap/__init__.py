"""Joins the parts: the only room that knows every adapter. Nothing connects before it is entered."""

from stt.bootstrap.api_side import health_service, job_service, transcription_service
from stt.bootstrap.consumer_side import consumer
from stt.bootstrap.fit import CPU_COMPUTE_TYPE, GPU_BATCH_SIZE, fitted
from stt.bootstrap.foundation import Foundation, choose_queue, choose_storage, foundation, model_store, slots_of

__all__ = [
    "CPU_COMPUTE_TYPE",
    "GPU_BATCH_SIZE",
    "Foundation",
    "choose_queue",
    "choose_storage",
    "consumer",
    "fitted",
    "foundation",
    "health_service",
    "job_service",
    "model_store",
    "slots_of",
    "transcription_service",
]
