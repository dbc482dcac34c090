"""Answers as they are given."""
