"""Whisper's multilingual vocabulary: 50,257 byte strings by rank, then the special tokens."""

import base64
from collections.abc import Sequence
from pathlib import Path

# In the order of their tokens: <|en|> is 50259.
LANGUAGES = tuple(
    "en zh de es ru ko fr ja pt tr pl ca nl ar sv it id hi fi vi he uk el ms cs ro da hu ta no th ur hr bg lt la "
    "mi ml cy sk te fa lv bn sr az sl kn et mk br eu is hy ne mn bs kk sq sw gl mr pa si km sn yo so af oc ka be "
    "tg sd gu am yi lo uz fo ht ps tk nn mt sa lb my bo tl mg as tt haw ln ha ba jw su".split()
)
CONTROLS = ("translate", "transcribe", "startoflm", "startofprev", "nocaptions", "notimestamps")
SPECIAL_TOKENS = tuple(f"<|{name}|>" for name in ("endoftext", "startoftranscript", *LANGUAGES, *CONTROLS))
TIMESTAMPS = tuple(f"<|{step * 0.02:.2f}|>" for step in range(1501))
FIRST_SPECIAL = 50257


def read(path: Path) -> list[bytes]:
    """Read a `.tiktoken` file (one base64 token and its rank a line) into tokens in the order of their ranks."""
    rows = (line.split() for line in path.read_bytes().splitlines() if line)
    return [base64.b64decode(token) for token, _ in sorted(rows, key=lambda row: int(row[1]))]


def special_id(token: str) -> int:
    """Id of a special token: `<|endoftext|>` is 50257."""
    return FIRST_SPECIAL + SPECIAL_TOKENS.index(token)


def printable(token: bytes) -> str:
    """Spell bytes as GPT-2's byte-level alphabet does, one visible character a byte (a space is `Ġ`)."""
    return "".join(_ALPHABET[byte] for byte in token)


def all_tokens(ranked: Sequence[bytes]) -> list[str]:
    """Every token as text in the order of its id: 51,865 of them."""
    return [*map(printable, ranked), *SPECIAL_TOKENS, *TIMESTAMPS]


def _alphabet() -> list[str]:
    visible = {*range(33, 127), *range(161, 173), *range(174, 256)}
    hidden = [byte for byte in range(256) if byte not in visible]
    return [chr(byte) if byte in visible else chr(256 + hidden.index(byte)) for byte in range(256)]


_ALPHABET = _alphabet()
