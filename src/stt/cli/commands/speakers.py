"""`stt speakers`: people whose voices a running service keeps, to name them in transcripts."""

from typing import Annotated, Any

import typer

from stt.cli.client import service_at
from stt.cli.errors import WrongUse
from stt.cli.options import DEFAULT_URL, AudioFile, UrlOption
from stt.cli.running import run
from stt.cli.terminal import say, write

app = typer.Typer(
    help="Add, list and remove people whose voices are kept; jobs name them with --known-speakers all.",
    no_args_is_help=True,
)

Name = Annotated[str, typer.Argument(metavar="NAME", help="What transcripts call that speaker.")]


@app.command()
def add(name: Name, file: AudioFile, *, url: UrlOption = DEFAULT_URL) -> None:
    """Keep somebody's voice, who speaks alone in a recording of 2 to 60 s."""
    known = run(_added(url, name, file))
    say(f"{known['name']} is known by {known['seconds']:.1f} s.")


@app.command("list")
def list_(*, url: UrlOption = DEFAULT_URL) -> None:
    """Print a line for each: when the voice was added, the length of its recording, the name."""
    for known in run(_kept(url)):
        write(f"{str(known['created_at'])[:19]}  {known['seconds']:>5.1f} s  {known['name']}")


@app.command()
def remove(name: Name, *, url: UrlOption = DEFAULT_URL) -> None:
    """Remove somebody's voice; names in transcripts that are there stay."""
    run(_removed(url, name))
    say(f"{name} is not known any more.")


async def _added(url: str, name: str, file: AudioFile) -> dict[str, Any]:
    async with service_at(url) as client:
        return await client.add_speaker(name, file)


async def _kept(url: str) -> list[dict[str, Any]]:
    async with service_at(url) as client:
        return await client.speakers()


async def _removed(url: str, name: str) -> None:
    async with service_at(url) as client:
        ids = [known["speaker_id"] for known in await client.speakers() if known["name"] == name]
        if not ids:
            raise WrongUse(f"There is no speaker {name!r}; 'stt speakers list' shows who there is.")
        await client.remove_speaker(ids[0])
