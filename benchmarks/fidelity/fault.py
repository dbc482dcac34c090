"""Single errors of a transcript: words lost, doubled or broken."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from benchmarks.fidelity.alignment import Pair, align, is_right
from tools.speech.recording import Word


class Kind(StrEnum):
    LOST = "lost"
    """Spoken and not written."""
    DOUBLED = "doubled"
    """Written and not spoken: most often a word that both sides of a cut have heard."""
    BROKEN = "broken"
    """Another word is written."""


@dataclass(frozen=True)
class Fault:
    """An error at a time of the recording; `behind` is how many words are spoken before it."""

    kind: Kind
    start: float
    end: float
    said: str
    heard: str
    behind: int


def faults(spoken: Sequence[Word], written: Sequence[Word]) -> list[Fault]:
    """Every error of `written`, in order."""
    return [fault for behind, pair in _counted(align(spoken, written)) if (fault := _fault(pair, behind))]


def is_free_of(fault: Fault, spoken: Sequence[Word], written: Sequence[Word], first: int) -> bool:
    """Whether a hearing of the spoken words from number `first` on is right where the error was made.

    Beside it as well: "four red" for "four east red" may be taken for the loss of either of two words.
    """
    hears_it = first <= fault.behind <= first + len(spoken)
    return hears_it and not any(abs(first + other.behind - fault.behind) <= 1 for other in faults(spoken, written))


def _counted(pairs: Sequence[Pair]) -> Iterator[tuple[int, Pair]]:
    """Each pair and how many words are spoken before it."""
    behind = 0
    for pair in pairs:
        yield behind, pair
        behind += pair[0] is not None


def _fault(pair: Pair, behind: int) -> Fault | None:
    said, heard = pair
    if is_right(pair):
        return None
    if said is None:
        assert heard is not None
        return Fault(Kind.DOUBLED, heard.start, heard.end, "", heard.text, behind)
    kind, text = (Kind.BROKEN, heard.text) if heard else (Kind.LOST, "")
    return Fault(kind, said.start, said.end, said.text, text, behind)
