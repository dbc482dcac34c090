"""Commands for messages that nobody understood: dead list, dead requeue, dead remove."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated

import typer

from stt.cli.errors import CommandError, WrongUse
from stt.cli.running import run
from stt.cli.settings import load
from stt.cli.terminal import say, write
from stt.domain.errors import MalformedMessage
from stt.domain.jobs.messages import JobMessage

if TYPE_CHECKING:
    from stt.bootstrap.dead_letters import DeadLetter, Fate

app = typer.Typer(help="Look at the messages that nobody understood, and put them back.", no_args_is_help=True)
LetterIds = Annotated[list[str] | None, typer.Argument(metavar="ID...", help="Ids that 'stt dead list' shows.")]
AllOption = Annotated[bool, typer.Option("--all", help="All of them.")]
MOST = 10_000
SHOWN_CHARACTERS = 200


@app.command("list")
def list_(*, limit: Annotated[int, typer.Option("--limit", min=1, max=MOST, help="How many at most.")] = 100) -> None:
    """Show what lies among the dead letters: its id, since when, its queue, what is wrong with it, and its text."""
    from stt.bootstrap.dead_letters import Fate

    found = _sorted(lambda _: Fate.KEPT, limit)
    if not found:
        say("There are no dead letters.")
    for letter, _ in found:
        since = f"{letter.died_at:%Y-%m-%d %H:%M:%S}" if letter.died_at else "-"
        write(f"{letter.letter_id}  {since}  {letter.queue}  {_fault(letter.body)}  {_shown(letter.body)}")


@app.command()
def requeue(ids: LetterIds = None, *, every: AllOption = False) -> None:
    """Put dead letters back into the queue that they were on."""
    from stt.bootstrap.dead_letters import Fate

    _settle(ids, Fate.REQUEUED, every=every)


@app.command()
def remove(ids: LetterIds = None, *, every: AllOption = False) -> None:
    """Remove dead letters for good."""
    from stt.bootstrap.dead_letters import Fate

    _settle(ids, Fate.REMOVED, every=every)


def _settle(ids: list[str] | None, fate: "Fate", *, every: bool) -> None:
    from stt.bootstrap.dead_letters import Fate

    wanted = set(ids or ())
    if bool(wanted) is every:
        raise WrongUse("Name the letters by the ids that 'stt dead list' shows, or say --all.")
    found = _sorted(lambda letter: fate if every or letter.letter_id in wanted else Fate.KEPT, MOST)
    settled = [letter.letter_id for letter, became in found if became is fate]
    if missing := sorted(wanted - set(settled)):
        raise CommandError(f"There is no dead letter {', '.join(missing)}; {len(settled)} others were {fate.value}.")
    say(f"{len(settled)} letters were {fate.value}.")


def _sorted(fate_of: "Callable[[DeadLetter], Fate]", limit: int) -> "list[tuple[DeadLetter, Fate]]":
    from stt.bootstrap.dead_letters import dead_letters

    async def sort() -> "list[tuple[DeadLetter, Fate]]":
        async with dead_letters(load()) as letters:
            return await letters.sort(fate_of, limit)

    return run(sort())


def _fault(body: bytes) -> str:
    """What is wrong with it, as this program sees it."""
    try:
        JobMessage.decode(body)
    except MalformedMessage as error:
        return error.message
    return "This program understands it."


def _shown(body: bytes) -> str:
    """The beginning of its text, in one line."""
    return repr(body[:SHOWN_CHARACTERS].decode(errors="replace"))
