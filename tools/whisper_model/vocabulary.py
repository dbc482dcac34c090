"""Whisper's multilingual vocabulary: 50,257 byte strings by rank, then the special tokens, then the times."""

import base64
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from stt.worker.weights.byte_level import printable

# In the order of their tokens: <|en|> is 50259.
LANGUAGES = tuple(
    "en zh de es ru ko fr ja pt tr pl ca nl ar sv it id hi fi vi he uk el ms cs ro da hu ta no th ur hr bg lt la "
    "mi ml cy sk te fa lv bn sr az sl kn et mk br eu is hy ne mn bs kk sq sw gl mr pa si km sn yo so af oc ka be "
    "tg sd gu am yi lo uz fo ht ps tk nn mt sa lb my bo tl mg as tt haw ln ha ba jw su".split()
)
# large-v3 and large-v3-turbo know one more.
LANGUAGES_OF_V3 = (*LANGUAGES, "yue")
CONTROLS = ("translate", "transcribe", "startoflm", "startofprev", "nocaptions", "notimestamps")
TIMESTAMPS = tuple(f"<|{step * 0.02:.2f}|>" for step in range(1501))
FIRST_SPECIAL = 50257


@dataclass(frozen=True)
class Vocabulary:
    """The text tokens by rank, and the languages for which there are tokens."""

    ranked: Sequence[bytes]
    languages: Sequence[str] = LANGUAGES

    @cached_property
    def special_tokens(self) -> tuple[str, ...]:
        """The tokens that are neither text nor times, in the order of their ids from `FIRST_SPECIAL` on."""
        return tuple(f"<|{name}|>" for name in ("endoftext", "startoftranscript", *self.languages, *CONTROLS))

    def special_id(self, token: str) -> int:
        """Id of a special token: `<|endoftext|>` is 50257."""
        return FIRST_SPECIAL + self.special_tokens.index(token)

    @property
    def first_time(self) -> int:
        """Id of `<|0.00|>`."""
        return FIRST_SPECIAL + len(self.special_tokens)

    def all_tokens(self) -> list[str]:
        """Every token as text in the order of its id: 51,865 of them, and one more for each language more."""
        return [*map(printable, self.ranked), *self.special_tokens, *TIMESTAMPS]


def read(path: Path) -> list[bytes]:
    """Read a `.tiktoken` file (one base64 token and its rank a line) into tokens in the order of their ranks."""
    rows = (line.split() for line in path.read_bytes().splitlines() if line)
    return [base64.b64decode(token) for token, _ in sorted(rows, key=lambda row: int(row[1]))]
