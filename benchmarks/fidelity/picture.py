"""The curve as an SVG: seam errors per 1,000 cuts between chunks, against the length of the chunks."""

import math
from collections.abc import Iterator, Sequence

from benchmarks.fidelity.curve import LENGTHS, WAYS, Point

WIDTH, HEIGHT = 640, 340
LEFT, RIGHT, TOP, BOTTOM = 64, 20, 44, 52
COLOURS = ("#0a7d55", "#c2410c")
STEPS = 4
"""Lines across, above the axis."""


def draw(points: Sequence[Point]) -> str:
    """The picture of points that each way has at most one of for each length."""
    known = [point for point in points if point.seams.among]
    top = _top(max((_rate(point) for point in known), default=0.0))
    body = [*_frame(top), *(line for number, way in enumerate(WAYS) for line in _way(number, way, known, top))]
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" '
        'font-family="system-ui, sans-serif" font-size="12" fill="#333">'
    )
    title = "<title>Seam errors per 1,000 cuts, by length of chunks</title>"
    return "\n".join([head, title, f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#fff"/>', *body, "</svg>", ""])


def _frame(top: float) -> Iterator[str]:
    for step in range(STEPS + 1):
        value = top * step / STEPS
        y = _y(value, top)
        yield f'<path d="M{LEFT} {y:.1f}H{WIDTH - RIGHT}" stroke="#ddd"/>'
        yield f'<text x="{LEFT - 8}" y="{y + 4:.1f}" text-anchor="end">{value:,.0f}</text>'
    for seconds in LENGTHS:
        yield f'<text x="{_x(seconds):.1f}" y="{HEIGHT - BOTTOM + 20}" text-anchor="middle">{seconds}</text>'
    middle = (LEFT + WIDTH - RIGHT) / 2
    yield f'<text x="{middle}" y="{HEIGHT - 10}" text-anchor="middle">length of chunks, seconds</text>'
    yield f'<text x="{LEFT}" y="16">seam errors per 1,000 cuts inside words (errors of cuts at each point)</text>'


def _way(number: int, way: str, points: Sequence[Point], top: float) -> Iterator[str]:
    colour = COLOURS[number]
    mine = sorted((point for point in points if point.way == way), key=lambda point: point.seconds)
    places = [(_x(point.seconds), _y(_rate(point), top)) for point in mine]
    if places:
        path = "L".join(f"{x:.1f} {y:.1f}" for x, y in places)
        yield f'<path d="M{path}" fill="none" stroke="{colour}" stroke-width="2"/>'
    for (x, y), point in zip(places, mine, strict=True):
        label = f"{point.seams.found} of {point.seams.among:.0f}"
        yield f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3.5" fill="{colour}"/>'
        yield f'<text x="{x:.1f}" y="{y - 8:.1f}" text-anchor="middle" font-size="10">{label}</text>'
    x = LEFT + 190 * number
    yield f'<circle cx="{x + 5}" cy="30" r="4" fill="{colour}"/><text x="{x + 14}" y="34">{way}</text>'


def _rate(point: Point) -> float:
    return point.seams.per(1000) or 0.0


def _top(highest: float) -> float:
    """A round number above the highest point, with room for its label."""
    size = 10 ** math.floor(math.log10(max(highest, 1) * 1.1))
    return next(size * factor for factor in (1, 2, 4, 6, 8, 10) if size * factor >= highest * 1.1)


def _x(seconds: float) -> float:
    share = math.log(seconds / LENGTHS[0]) / math.log(LENGTHS[-1] / LENGTHS[0])
    return LEFT + 24 + share * (WIDTH - RIGHT - LEFT - 48)


def _y(value: float, top: float) -> float:
    return HEIGHT - BOTTOM - value / top * (HEIGHT - BOTTOM - TOP)
