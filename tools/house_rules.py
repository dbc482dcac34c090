"""Rules of the house that no linter knows; run by `make check`."""

import ast
import re
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parent.parent
SOURCES = ("src", "tools", "benchmarks", "tests", "cmd")
LONGEST_FILE = 250
LONGEST_FUNCTION = 60
NO_NOUN = {"utils", "util", "common", "helpers", "helper", "misc"}


def python_files() -> Iterator[Path]:
    for source in SOURCES:
        yield from sorted((ROOT / source).rglob("*.py"))


def modules_of_the_page() -> Iterator[Path]:
    yield from (path for path in sorted((ROOT / "src/stt/web").rglob("*.*s")) if "vendor" not in path.parts)


def long_files() -> Iterator[str]:
    for path in (*python_files(), *modules_of_the_page()):
        lines = len(path.read_text().splitlines())
        if lines > LONGEST_FILE and "tests" not in path.parts:
            yield f"{path.relative_to(ROOT)}: {lines} lines, more than {LONGEST_FILE}; split it by noun"


def long_functions() -> Iterator[str]:
    for path in python_files():
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                lines = (node.end_lineno or node.lineno) - node.lineno + 1
                if lines > LONGEST_FUNCTION:
                    yield f"{path.relative_to(ROOT)}:{node.lineno}: {node.name} has {lines} lines"


def files_without_a_noun() -> Iterator[str]:
    for path in python_files():
        if NO_NOUN & {part.removesuffix(".py") for part in path.relative_to(ROOT).parts}:
            yield f"{path.relative_to(ROOT)}: name it after what is in it"


def unexplained_dependencies() -> Iterator[str]:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    named = [*project["project"]["dependencies"], *project["dependency-groups"]["dev"]]
    explained = (ROOT / "docs/dependencies.md").read_text()
    for requirement in named:
        name = re.split(r"[\[<>=~ ]", requirement)[0]
        if not re.search(rf"\b{re.escape(name)}\b", explained):
            yield f"docs/dependencies.md does not say what {name} is for"


def unlisted_decisions() -> Iterator[str]:
    index = (ROOT / "docs/decisions/README.md").read_text()
    for path in sorted((ROOT / "docs/decisions").glob("0*.md")):
        if path.name not in index:
            yield f"docs/decisions/README.md does not list {path.name}"


def broken_links() -> Iterator[str]:
    for page in [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")]:
        for target in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", page.read_text()):
            if not (page.parent / target).exists():
                yield f"{page.relative_to(ROOT)}: there is no {target}"


def main() -> int:
    rules = (
        long_files,
        long_functions,
        files_without_a_noun,
        unexplained_dependencies,
        unlisted_decisions,
        broken_links,
    )
    broken = [complaint for rule in rules for complaint in rule()]
    print(*broken or ["House rules kept."], sep="\n")
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main())
