"""What OpenAI's SDKs found, as the table of docs/openai.md; run by `make conformance` behind the tests."""

import json
from pathlib import Path

from benchmarks.report.page import put

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "docs" / "openai.md"
SETTINGS = ("embedded", "distributed")


def outcomes() -> dict[str, dict[str, dict[str, str]]]:
    """By SDK and its version, then by cell, then by setting."""
    found: dict[str, dict[str, dict[str, str]]] = {}
    for setting in SETTINGS:
        for path in sorted((ROOT / ".sdks").glob(f"{setting}-*.json")):
            told = json.loads(path.read_text())
            name = path.stem.removeprefix(f"{setting}-").partition("-")[0].capitalize()
            cells = found.setdefault(f"{name} {told['version']}", {})
            for cell, outcome in told["cells"].items():
                cells.setdefault(cell, {})[setting] = outcome
    return found


def table(found: dict[str, dict[str, dict[str, str]]]) -> str:
    """A row for each cell; a mark where both settings answered as OpenAI does, a dash where an SDK cannot ask."""
    cells = list(dict.fromkeys(cell for told in found.values() for cell in told))
    lines = [f"| | {' | '.join(found)} |", f"|---|{'---|' * len(found)}"]
    for cell in cells:
        marks = [_mark(told.get(cell)) for told in found.values()]
        lines.append(f"| {cell} | {' | '.join(marks)} |")
    return "\n".join(lines) + "\n"


def _mark(told: dict[str, str] | None) -> str:
    if told is None:
        return "–"
    wrong = [f"{setting}: {outcome}" for setting, outcome in told.items() if outcome != "ok"]
    return "; ".join(wrong) or ("●" if len(told) == len(SETTINGS) else f"● {' '.join(told)} alone")


def main() -> None:
    put(PAGE, "conformance", table(outcomes()))


if __name__ == "__main__":
    main()
