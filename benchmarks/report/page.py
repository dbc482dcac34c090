"""docs/performance.md: every benchmark writes its own section, its JSON and its picture."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.report.machine import Machine

DOCS = Path(__file__).parents[2] / "docs"


@dataclass(frozen=True)
class Section:
    """What a benchmark has to say: `command` makes it again, `figures` go into the JSON, `body` is Markdown."""

    name: str
    command: str
    figures: Mapping[str, Any]
    body: str
    picture: str | None = None


def publish(section: Section, machine: Machine, docs: Path = DOCS) -> None:
    """Put the section between its marks in `performance.md`, its JSON and its SVG into `performance/`.

    Raises ValueError where the page lacks the marks.
    """
    put(docs / "performance.md", section.name, _written(section, machine))
    folder = docs / "performance"
    folder.mkdir(exist_ok=True)
    write_json(section, machine, folder / f"{section.name}.json")
    if section.picture:
        (folder / f"{section.name}.svg").write_text(section.picture, encoding="utf-8")


def put(page: Path, name: str, body: str) -> None:
    """Put Markdown between the marks of that name on a page; raises ValueError where it lacks them."""
    begin, end = f"<!-- measured: {name} -->\n", f"<!-- end of {name} -->\n"
    text = page.read_text(encoding="utf-8")
    if begin not in text or end not in text:
        raise ValueError(f"{page} has no place for figures: it needs the lines {begin.strip()} and {end.strip()}")
    before, _, rest = text.partition(begin)
    behind = rest.partition(end)[2]
    page.write_text(f"{before}{begin}\n{body}\n{end}{behind}", encoding="utf-8")


def write_json(section: Section, machine: Machine, path: Path) -> None:
    """The figures with what they were measured on."""
    data = {"command": section.command, "machine": vars(machine), **section.figures}
    path.write_text(json.dumps(data, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def table(titles: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A table in Markdown."""
    lines = [titles, ["---"] * len(titles), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _written(section: Section, machine: Machine) -> str:
    picture = f"![{section.name}](performance/{section.name}.svg)\n" if section.picture else ""
    how = f"`{section.command}`, on {machine}. Every figure: [{section.name}.json](performance/{section.name}.json).\n"
    return "\n".join(part for part in (section.body.rstrip() + "\n", picture, how) if part)
