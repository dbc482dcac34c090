"""Asynchronous, self-hosted speech-to-text: upload audio, get a job id, read a complete and timed transcript."""

__version__ = "1.0.0"
