"""One thing that was measured, and what it should be."""

from dataclasses import dataclass

from benchmarks.memory.account import MEGABYTE


@dataclass(frozen=True)
class Finding:
    """Bytes held at rest, at the peak, and the growth that counts, which is to stay below `most`."""

    process: str
    under: str
    before: int
    peak: int
    growth: int
    most: int

    @property
    def holds(self) -> bool:
        """Whether the growth is small enough."""
        return self.growth < self.most

    @property
    def row(self) -> list[str]:
        """As cells of a table, in MiB."""
        sizes = [f"{size / MEGABYTE:.0f}" for size in (self.before, self.peak, self.growth, self.most)]
        return [self.process, self.under, *sizes, "yes" if self.holds else "**no**"]
