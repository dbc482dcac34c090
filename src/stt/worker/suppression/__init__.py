"""Leaving out what an engine wrote and nobody said. Pure but for reading the lists."""
