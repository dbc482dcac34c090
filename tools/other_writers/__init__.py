"""Odd but valid files made by other programs than the one that reads them here, each of one recording.

GPAC is not among them: Debian 12 has no package of it.
"""
