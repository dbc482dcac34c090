"""The tables, and their rows as domain values."""
