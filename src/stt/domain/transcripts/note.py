"""What a reader of a transcript should know about the file it was made from."""

from dataclasses import asdict, dataclass
from typing import Any, Self


@dataclass(frozen=True, slots=True)
class Note:
    """A sentence, and a `code` by which programs know it; docs/api.md lists the codes."""

    code: str
    message: str

    def to_dict(self) -> dict[str, Any]:
        """Plain values for JSON."""
        return asdict(self)

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> Self:
        """Inverse of `to_dict`; raises `KeyError` for anything else."""
        return cls(str(data["code"]), str(data["message"]))
