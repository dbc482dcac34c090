"""Lists of phrases in text files, one file a language, one phrase a line."""

from collections.abc import Sequence
from pathlib import Path

from stt.domain.errors import InvalidRequest
from stt.domain.whisper.languages import LANGUAGES
from stt.worker.suppression.phrases import Phrase

COMMENT = "#"
REMOVE = "-"
ALL = "*"


def read_lists(*directories: Path) -> dict[str, tuple[Phrase, ...]]:
    """The phrases of each language; later directories add to the earlier ones, or remove with a `-` in front.

    Raises:
        InvalidRequest: code `invalid_hallucinations`; the message names the file and the line that cannot be used.
    """
    lists: dict[str, tuple[Phrase, ...]] = {}
    for directory in directories:
        if not directory.is_dir():
            raise _unusable(f"There is no directory {directory}.")
        for path in sorted(directory.glob("*.txt")):
            if path.stem not in LANGUAGES:
                raise _unusable(f"{path} is not named after a language, as vi.txt and en.txt are.")
            lists[path.stem] = _revised(lists.get(path.stem, ()), path)
    return lists


def _revised(phrases: Sequence[Phrase], path: Path) -> tuple[Phrase, ...]:
    """The phrases after all lines of the file."""
    try:
        lines = path.read_text("utf-8-sig").splitlines()
    except UnicodeDecodeError as error:
        raise _unusable(f"{path} is not in UTF-8.") from error
    for number, line in enumerate(map(str.strip, lines), 1):
        if line and not line.startswith(COMMENT):
            try:
                phrases = _with_line(phrases, line)
            except ValueError as error:
                raise _unusable(f"{path}, line {number}: {error}.") from error
    return tuple(phrases)


def _with_line(phrases: Sequence[Phrase], line: str) -> Sequence[Phrase]:
    if not line.startswith(REMOVE):
        return [*phrases, Phrase.parse(line)]
    removed = line.removeprefix(REMOVE).strip()
    if removed == ALL:
        return []
    parts = Phrase.parse(removed).parts
    return [phrase for phrase in phrases if phrase.parts != parts]


def _unusable(message: str) -> InvalidRequest:
    return InvalidRequest(message, code="invalid_hallucinations")
