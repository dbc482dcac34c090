"""The command that looks at everything the service would use: doctor."""

import typer
from rich.text import Text

from stt.cli.errors import FAILED
from stt.cli.options import DataDirOption
from stt.cli.running import run
from stt.cli.settings import load
from stt.cli.terminal import results
from stt.core.config import Settings
from stt.core.logger import configure_logging

STYLES = {"ok": "green", "warn": "yellow", "fail": "bold red"}


def doctor(*, data_dir: DataDirOption = None) -> None:
    """Try every part that the settings name, and say what to do about what is wrong."""
    settings = load(data_dir=data_dir)
    configure_logging(settings.log_format, "error")
    if not run(_examine(settings)):
        raise typer.Exit(FAILED)


async def _examine(settings: Settings) -> bool:
    """Print what each check finds, a line each; `False` if a part fails."""
    from stt.cli.doctor.checks import CHECKS, Verdict, examined

    healthy = True
    for name, (check, advice) in CHECKS.items():
        finding = await examined(check, settings, advice)
        results.print(Text(f"{finding.verdict:<6}", STYLES[finding.verdict]) + f"{name:<11}{finding.what}")
        if finding.advice:
            results.print(f"{'':<17}-> {finding.advice}")
        healthy = healthy and finding.verdict is not Verdict.FAIL
    return healthy
