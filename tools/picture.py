"""`python -m tools.picture`: what `make run` writes, as the picture in the README."""

import io
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path

from rich._export_format import CONSOLE_SVG_FORMAT
from rich.console import Console
from rich.text import Text

from tools.service import ROOT, base_environment

PICTURE = ROOT / "docs" / "make-run.svg"
COLUMNS = 112
FONTS = "DejaVu Sans Mono, Menlo, Consolas"
PROGRESS = re.compile(r"(Fetching|Uploading|Transcribing): ")


def main() -> None:
    with tempfile.TemporaryDirectory() as home:
        shown = [line.replace(home, "~/.local/share/stt") for line in _last_of_each(_written(Path(home)))]
    console = Console(record=True, width=COLUMNS, file=io.StringIO(), force_terminal=True)
    console.print(Text("$ make run", style="bold"))
    for line in shown:
        console.print(Text(line))
    PICTURE.write_text(console.export_svg(title="make run", code_format=_without_web_fonts()), encoding="utf-8")
    print(f"{PICTURE}: {len(shown)} lines")


def _written(home: Path) -> list[str]:
    """All that the command writes, from fetching the model on."""
    environment = base_environment() | {"COLUMNS": str(COLUMNS), "STT_SCRATCH_DIR": str(home / "scratch")}
    command = [sys.executable, "-u", "-m", "stt", "try", "--once", "--data-dir", str(home)]
    done = subprocess.run(
        command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=True
    )
    return done.stdout.splitlines()


def _last_of_each(lines: Iterable[str]) -> Iterator[str]:
    """Of lines that tell how far something is the last ones: on a terminal they take each other's place."""
    held = ""
    for line in lines:
        began = PROGRESS.match(line)
        if held and not (began and held.startswith(began[0])):
            yield held
        held = line if began else ""
        if not began:
            yield line
    if held:
        yield held


def _without_web_fonts() -> str:
    plain = re.sub(r"@font-face \{\{.*?\}\}", "", CONSOLE_SVG_FORMAT, flags=re.DOTALL)
    return re.sub(r"<!--.*?-->", "", plain.replace("Fira Code", FONTS))


if __name__ == "__main__":
    main()
