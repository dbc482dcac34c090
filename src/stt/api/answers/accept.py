"""Which of several forms a client would rather have (RFC 9110, 12.5.1)."""

from collections.abc import Sequence


def preferred(accept: str, offered: Sequence[str]) -> str | None:
    """Of the media types `offered` the one that an `Accept` header prefers, the first of equals.

    `None` if it wants none of them; an empty header is content with everything.
    Of the ranges that a type is in the most exact one counts.
    """
    ranges = dict(_parsed(part) for part in accept.split(",") if part.strip()) or {"*/*": 1.0}
    weights = [_weight(media_type, ranges) for media_type in offered]
    best = max(weights)
    return offered[weights.index(best)] if best > 0 else None


def _weight(media_type: str, ranges: dict[str, float]) -> float:
    anything_of = media_type.partition("/")[0] + "/*"
    return next((ranges[wanted] for wanted in (media_type, anything_of, "*/*") if wanted in ranges), 0.0)


def _parsed(part: str) -> tuple[str, float]:
    """A range and its weight; one that cannot be read is as none."""
    media_range, *parameters = (piece.strip().lower() for piece in part.split(";"))
    weight = next((value for name, _, value in (p.partition("=") for p in parameters) if name.strip() == "q"), "1")
    try:
        return media_range, float(weight)
    except ValueError:
        return media_range, 1.0
