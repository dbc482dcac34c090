"""A transcript as files that people and players read. Pure."""
