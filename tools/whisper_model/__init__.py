"""Whisper models in the formats of both engines, whatever their weights."""
