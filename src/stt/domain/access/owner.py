"""Whose a job is."""

from typing import NewType

Owner = NewType("Owner", str)
"""Who may see and change a job; several keys can be one owner's.

Whatever a caller may ask of jobs takes it, and no plain text passes for it, so that forgetting it does not type-check.
"""

ANONYMOUS = Owner("anonymous")
"""Of what comes in without a key: in a deployment that has none, and with messages of other services."""
