"""Lengths of time as people write them: 30m, 24h, 90d."""

import re

import typer

_SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86400}
_FORM = re.compile(r"(\d+(?:\.\d+)?)([smhd])")


def seconds_of(text: str | float) -> float:
    """A length of time in seconds; raises `typer.BadParameter`."""
    form = _FORM.fullmatch(str(text).strip().lower())
    if isinstance(text, float):
        return text
    if form is None:
        raise typer.BadParameter(f"{text!r} is no length of time; one is like 30m, 24h or 90d.")
    return float(form[1]) * _SECONDS[form[2]]
