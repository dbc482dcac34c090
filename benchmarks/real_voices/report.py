"""Everything that was measured, and its form as JSON."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, Self

from benchmarks.real_voices.figures import Figures


@dataclass(frozen=True)
class Conditions:
    """What was measured with: minutes of each row and seed, how many seeds, width of the beam, the model."""

    minutes: float
    seeds: int
    beam: int
    model: str


@dataclass(frozen=True)
class Measured:
    """The figures of a system in a row."""

    row: str
    system: str
    figures: Figures


@dataclass(frozen=True)
class Check:
    """Something else that was tried: what, and how it came out."""

    name: str
    outcome: str
    counted: dict[str, float]


@dataclass(frozen=True)
class Report:
    """Figures of rows, and checks beside them."""

    conditions: Conditions
    measured: tuple[Measured, ...] = ()
    checks: tuple[Check, ...] = ()

    def with_more(self, more: Measured | Check) -> "Report":
        """The same and one entry more."""
        if isinstance(more, Check):
            return replace(self, checks=(*self.checks, more))
        return replace(self, measured=(*self.measured, more))

    @property
    def rows(self) -> Sequence[str]:
        """The names of its rows in order."""
        return list(dict.fromkeys(entry.row for entry in self.measured))

    @property
    def systems(self) -> Sequence[str]:
        """The names of its systems in order."""
        return list(dict.fromkeys(entry.system for entry in self.measured))

    def figures(self, row: str, system: str) -> Figures | None:
        """Those of a system in a row, `None` where it was not asked."""
        found = (entry.figures for entry in self.measured if (entry.row, entry.system) == (row, system))
        return next(found, None)

    def write(self, path: Path) -> None:
        """As JSON."""
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(asdict(self), indent=1, ensure_ascii=False) + "\n", encoding="utf-8")

    @classmethod
    def read(cls, path: Path) -> Self:
        """Inverse of `write`."""
        data: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        measured = (Measured(m["row"], m["system"], Figures.from_dict(m["figures"])) for m in data["measured"])
        checks = (Check(**check) for check in data["checks"])
        return cls(Conditions(**data["conditions"]), tuple(measured), tuple(checks))

    @classmethod
    def of_parts(cls, parts: Iterable["Report"]) -> Self:
        """What several runs have measured under the same conditions. Raises ValueError where these differ."""
        reports = list(parts)
        if any(report.conditions != reports[0].conditions for report in reports):
            raise ValueError("These runs differ in minutes, seeds, beam or model: their figures are no one table.")
        measured = tuple(entry for report in reports for entry in report.measured)
        checks = tuple(check for report in reports for check in report.checks)
        return cls(reports[0].conditions, measured, checks)
