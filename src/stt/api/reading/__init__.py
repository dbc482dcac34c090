"""Requests as they arrive."""
