"""The transcription pipeline: decode, find speech, cut, transcribe, merge. Knows audio and text, never HTTP or AMQP."""

import os

# Before anything here, an engine's library included, imports onnxruntime: it would send usage data to its maker.
os.environ.setdefault("ORT_DISABLE_TELEMETRY", "1")
