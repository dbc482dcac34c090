"""Odd but valid files made by other programs than the one that reads them here, each of one recording."""
