"""Which files are audio, and what a recording looks like."""
