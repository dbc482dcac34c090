"""The command that measures this machine: bench."""

import json
from typing import Annotated

import typer

from stt.cli.options import EngineOption, ModelOption
from stt.cli.running import run
from stt.cli.settings import load
from stt.cli.terminal import write
from stt.core.logger import configure_logging


def bench(
    *,
    model: ModelOption = None,
    engine: EngineOption = None,
    seconds: Annotated[float, typer.Option("--seconds", min=0.1, max=600, help="How long each trial is.")] = 4.0,
    as_json: Annotated[bool, typer.Option("--json", help="Print everything as JSON.")] = False,
) -> None:
    """Measure which processes, threads, batches and number formats do most here, and print settings that say so."""
    from stt.cli.bench.comparison import as_document, show
    from stt.cli.bench.measuring import compare, installed

    settings = load()
    configure_logging(settings.log_format, "critical")
    comparison = run(compare(settings, installed(settings, model, engine), seconds))
    if as_json:
        write(json.dumps(as_document(comparison), indent=1))
    else:
        show(comparison)
