"""Who spoke: what is heard of voices in a chunk, and whose they are in the whole file."""
