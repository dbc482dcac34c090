"""Measuring this machine: `stt bench`."""
