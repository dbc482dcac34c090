"""Trying every part of the service: `stt doctor`."""
