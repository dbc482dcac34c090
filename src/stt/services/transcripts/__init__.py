"""Transcripts in all their versions: read, changed, taken away."""
