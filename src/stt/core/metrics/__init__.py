"""Metrics for Prometheus: the table of them, and what measures storage and queue."""
