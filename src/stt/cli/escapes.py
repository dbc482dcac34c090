"""Text on a stream whose encoding does not know every letter."""

import codecs
import io
import sys

NAME = "stt-escape"


def escape(error: UnicodeError) -> tuple[str, int]:
    r"""What stands for letters that cannot be written: JSON's `\uXXXX`, so that JSON stays JSON and nothing is lost."""
    if not isinstance(error, UnicodeEncodeError):
        raise error
    units = error.object[error.start : error.end].encode("utf-16-be", "surrogatepass")
    pairs = (int.from_bytes(units[place : place + 2], "big") for place in range(0, len(units), 2))
    return "".join(f"\\u{unit:04x}" for unit in pairs), error.end


def escape_on_stdout() -> None:
    """Let results be written whatever the terminal or the locale can show."""
    codecs.register_error(NAME, escape)
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors=NAME)
