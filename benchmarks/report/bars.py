"""Bars with their spread, as an SVG."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import escape

from benchmarks.report.spread import Spread

WIDTH, LABEL, RIGHT = 800, 340, 130
ROW, TOP, BOTTOM = 26, 40, 16
OURS, THEIRS = "#0a7d55", "#9aa5a0"


@dataclass(frozen=True)
class Bar:
    """One system; `ours` stands out."""

    label: str
    spread: Spread
    ours: bool = False


def draw(title: str, bars: Sequence[Bar], form: str = ".2f") -> str:
    """Horizontal bars from zero, one below the other, with a line from the smallest to the largest run."""
    height = TOP + ROW * len(bars) + BOTTOM
    most = max(bar.spread.high for bar in bars) or 1.0
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" role="img" '
        'font-family="system-ui, sans-serif" font-size="12" fill="#333">'
    )
    body = [line for number, bar in enumerate(bars) for line in _bar(number, bar, most, form)]
    return "\n".join(
        [
            head,
            f"<title>{escape(title)}</title>",
            f'<rect width="{WIDTH}" height="{height}" fill="#fff"/>',
            f'<text x="12" y="22" font-size="14" font-weight="600">{escape(title)}</text>',
            *body,
            "</svg>",
            "",
        ]
    )


def _bar(number: int, bar: Bar, most: float, form: str) -> Iterator[str]:
    y = TOP + ROW * number
    scale = (WIDTH - LABEL - RIGHT) / most
    spread, middle = bar.spread, y + ROW / 2 - 3
    yield f'<text x="{LABEL - 8}" y="{middle + 4}" text-anchor="end">{escape(bar.label)}</text>'
    colour = OURS if bar.ours else THEIRS
    yield f'<rect x="{LABEL}" y="{y}" width="{spread.median * scale:.1f}" height="{ROW - 6}" fill="{colour}"/>'
    if spread.runs > 1:
        low, high = LABEL + spread.low * scale, LABEL + spread.high * scale
        yield f'<path d="M{low:.1f} {middle}H{high:.1f}" stroke="#111" stroke-width="1.5"/>'
    yield f'<text x="{LABEL + spread.high * scale + 6:.1f}" y="{middle + 4}">{spread.show(form)}</text>'
