"""Everything one run has measured, and its form as JSON."""

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Self

from benchmarks.fidelity.curve import Point
from benchmarks.fidelity.figures import Count, Row


@dataclass(frozen=True)
class Conditions:
    """What was measured with: minutes of each kind of audio in each language, seed of the speech, width of the beam."""

    minutes: float
    seed: int
    beam: int


@dataclass(frozen=True)
class Report:
    """Rows of the table and points of the picture."""

    conditions: Conditions
    rows: tuple[Row, ...] = ()
    curve: tuple[Point, ...] = ()

    def write(self, path: Path) -> None:
        """As JSON."""
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(asdict(self), indent=1, ensure_ascii=False) + "\n", encoding="utf-8")

    @classmethod
    def of_parts(cls, parts: Iterable["Report"]) -> Self:
        """What several runs have measured under the same conditions, in this order.

        Raises ValueError where the conditions differ.
        """
        reports = list(parts)
        if any(report.conditions != reports[0].conditions for report in reports):
            raise ValueError("These runs differ in minutes, seed or width of the beam: their figures are no one table.")
        rows = tuple(row for report in reports for row in report.rows)
        points = tuple(point for report in reports for point in report.curve)
        return cls(reports[0].conditions, rows, points)

    @classmethod
    def read(cls, path: Path) -> Self:
        """Inverse of `write`."""
        data: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        points = (Point(p["way"], p["seconds"], Count(**p["seams"])) for p in data["curve"])
        rows = map(Row.from_dict, data["rows"])
        return cls(Conditions(**data["conditions"]), tuple(rows), tuple(points))


def pooled(points: Iterable[Point]) -> list[Point]:
    """Points of the same way and length as one."""
    sums: dict[tuple[str, int], tuple[int, float]] = {}
    for point in points:
        found, among = sums.get((point.way, point.seconds), (0, 0))
        sums[point.way, point.seconds] = (found + point.seams.found, among + point.seams.among)
    return [Point(way, seconds, Count(*counted)) for (way, seconds), counted in sums.items()]
