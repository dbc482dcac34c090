"""The `stt` command and its subcommands."""

import sys
from typing import Annotated

import typer

from stt import __version__
from stt.cli.bench import command as bench
from stt.cli.commands import (
    database,
    dead,
    job_resource,
    jobs,
    keys,
    models,
    moving,
    queue,
    serve,
    speakers,
    transcribe,
    trial,
    workers,
)
from stt.cli.doctor import command as doctor
from stt.cli.errors import EXIT_CODES, FAILED, WRONG_USE, CommandError
from stt.cli.escapes import escape_on_stdout
from stt.cli.terminal import say, write
from stt.cli.watch import command as watch
from stt.domain.errors import InvalidRequest, SttError, Unavailable

EPILOG = "\n\n".join(["Exit codes:", *(f"{code:>3}  {meaning}" for code, meaning in EXIT_CODES.items())])

app = typer.Typer(
    name="stt",
    help="Self-hosted speech-to-text: upload audio, get a job id, read a complete and timed transcript.",
    epilog=EPILOG,
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
for command in (serve.serve, serve.api, serve.consumer, transcribe.transcribe, jobs.submit, jobs.status, jobs.result):
    app.command()(command)
app.command("try")(trial.try_)
app.command()(watch.watch)
app.add_typer(models.app, name="models")
app.add_typer(job_resource.app, name="jobs")
app.add_typer(keys.app, name="keys")
app.add_typer(speakers.app, name="speakers")
app.add_typer(database.app, name="db")
app.command()(queue.queue)
app.add_typer(workers.app, name="workers")
app.add_typer(dead.app, name="dead")
app.command()(moving.backup)
app.command()(moving.restore)
app.command()(moving.migrate_storage)
app.command()(moving.migrate_db)
app.command()(doctor.doctor)
app.command()(bench.bench)


def _print_version(wanted: bool) -> None:
    if wanted:
        write(f"stt {__version__}")
        raise typer.Exit


@app.callback()
def _options(
    *,
    version: Annotated[
        bool,
        typer.Option("--version", callback=_print_version, is_eager=True, help="Print the version and exit."),
    ] = False,
) -> None:
    pass


def main(argv: list[str] | None = None) -> None:
    """Run the command that `argv` names (`None`: the process's own arguments) and exit with its code."""
    escape_on_stdout()
    try:
        app(argv, prog_name="stt")
    except CommandError as error:
        say(str(error))
        sys.exit(error.exit_code)
    except SttError as error:
        hint = " 'stt doctor' says what to do." if isinstance(error, Unavailable) else ""
        say(f"{error.message} ({error.error_code}){hint}")
        sys.exit(WRONG_USE if isinstance(error, InvalidRequest) else FAILED)
    except OSError as error:  # a directory that is none, may not be written to, or is full
        say(f"{error.filename or 'The machine refused'}: {error.strerror or error}.")
        sys.exit(FAILED)
