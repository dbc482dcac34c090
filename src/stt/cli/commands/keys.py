"""Commands for keys: keys create, list, rotate, revoke. They work on the database itself and need no key."""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TypeVar

import typer

from stt.cli.duration import seconds_of
from stt.cli.options import DataDirOption
from stt.cli.running import run
from stt.cli.settings import load
from stt.cli.terminal import say, write
from stt.domain.access.api_key import OVERLAP_SECONDS, ApiKey, MadeKey, Wanted
from stt.domain.access.limits import Limits
from stt.domain.access.scopes import Scope

if TYPE_CHECKING:
    from stt.services.key_service import KeyService

app = typer.Typer(
    help="Make, list, rotate and revoke keys; once there is one, every caller needs one.", no_args_is_help=True
)

KeyId = Annotated[str, typer.Argument(metavar="KEY_ID", help="Id that 'stt keys list' shows.")]
Answer = TypeVar("Answer")
HEADINGS = ("ID", "STATE", "USED", "KEY", "OWNER", "NAME", "SCOPES AND LIMITS")


@app.command()
def create(  # noqa: PLR0913  a parameter is an option of the command
    name: Annotated[str, typer.Argument(metavar="NAME", help="What the key is for, to know it by.")],
    *,
    owner: Annotated[
        str | None,
        typer.Option("--owner", help="Whose jobs it sees; otherwise a new owner's. 'anonymous': those without."),
    ] = None,
    scope: Annotated[
        list[Scope] | None,
        typer.Option("--scope", "-s", help="What it is for; may be repeated. Otherwise jobs:write and jobs:read."),
    ] = None,
    expires: Annotated[
        float | None,
        typer.Option("--expires", parser=seconds_of, metavar="90d", help="How long it works; otherwise for ever."),
    ] = None,
    jobs_at_once: Annotated[int | None, typer.Option("--jobs-at-once", help="Jobs that have not ended.")] = None,
    audio_hours_per_day: Annotated[
        float | None, typer.Option("--audio-hours-per-day", help="Hours of audio within 24 hours.")
    ] = None,
    bytes_stored: Annotated[int | None, typer.Option("--bytes-stored", help="Bytes of uploaded files kept.")] = None,
    requests_per_minute: Annotated[
        int | None, typer.Option("--requests-per-minute", help="Requests with the key.")
    ] = None,
    data_dir: DataDirOption = None,
) -> None:
    """Make a key and print it; it can never be shown again."""
    limits = Limits(jobs_at_once, audio_hours_per_day, bytes_stored, requests_per_minute)
    scopes = frozenset(scope) if scope else Wanted.scopes
    wanted = Wanted(name, owner, scopes, expires, limits)
    _show(run(_asked(data_dir, lambda keys: keys.create(wanted))))


@app.command("list")
def list_(*, data_dir: DataDirOption = None) -> None:
    """Show every key that was made, but not the secrets, which nobody has."""
    found = run(_asked(data_dir, lambda keys: keys.all()))
    if not found:
        say("There are no keys: whoever reaches the service may use it. 'stt keys create NAME' makes one.")
        return
    rows = [HEADINGS, *map(_row, found)]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        write("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())


@app.command()
def rotate(
    key_id: KeyId,
    *,
    overlap: Annotated[
        float, typer.Option("--overlap", parser=seconds_of, metavar="24h", help="How long the key before works still.")
    ] = OVERLAP_SECONDS,
    data_dir: DataDirOption = None,
) -> None:
    """Make the next key of the same owner, with the same scopes and limits, and print it."""
    _show(run(_asked(data_dir, lambda keys: keys.rotate(key_id, overlap))))


@app.command()
def revoke(key_id: KeyId, *, data_dir: DataDirOption = None) -> None:
    """End a key for good."""
    key = run(_asked(data_dir, lambda keys: keys.revoke(key_id)))
    say(f"{key.key_id} ({key.name}) is revoked; a running service notices within 2 s.")


def _show(made: MadeKey) -> None:
    key = made.key
    until = f", until {key.expires_at:%Y-%m-%d %H:%M} UTC" if key.expires_at else ""
    say(f"{key.key_id} ({key.name}) of the owner {key.owner}, for {', '.join(sorted(key.scopes))}{until}.")
    say("This is the only time that the key is shown:")
    write(made.secret)


def _row(key: ApiKey) -> tuple[str, ...]:
    limits = (f"{name}={value:g}" for name, value in key.limits.to_dict().items())
    shown = f"{key.prefix}…{key.last_four}"
    used = _day(key.last_used_at) or "never"
    return key.key_id, _state(key), used, shown, key.owner, key.name, " ".join([*sorted(key.scopes), *limits])


def _state(key: ApiKey) -> str:
    if key.revoked_at:
        return f"revoked {_day(key.revoked_at)}"
    if key.expires_at is None:
        return "good"
    return f"{'expired' if key.expires_at <= datetime.now(UTC) else 'good until'} {_day(key.expires_at)}"


def _day(moment: datetime | None) -> str:
    return f"{moment:%Y-%m-%d %H:%M}" if moment else ""


async def _asked(data_dir: Path | None, question: "Callable[[KeyService], Awaitable[Answer]]") -> Answer:
    from stt import bootstrap

    async with bootstrap.keys(load(data_dir=data_dir)) as keys:
        return await question(keys)
