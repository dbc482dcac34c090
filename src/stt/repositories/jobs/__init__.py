"""Jobs and their chunks."""
