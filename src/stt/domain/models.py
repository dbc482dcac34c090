"""Names of models: which a caller may ask for, and where the known ones come from."""

import re
from dataclasses import dataclass
from difflib import get_close_matches

from stt.domain.errors import InvalidRequest

DEMO = "demo"
"""The model inside the package."""

REPOSITORY = re.compile(r"[A-Za-z0-9][\w.-]{0,95}/[A-Za-z0-9][\w.-]{0,95}")
"""A Hugging Face repository id, or two directories of that name in the model directory: never a path out of it."""


@dataclass(frozen=True)
class KnownModel:
    """A model of the catalogue; `megabytes` as CTranslate2 float16 weights, `ct2` its repository, `ggml` its file."""

    name: str
    about: str
    megabytes: int
    ct2: str
    ggml: str


_TURBO = "mobiuslabsgmbh/faster-whisper-large-v3-turbo"


def _whisper(name: str, about: str, megabytes: int, ct2: str | None = None) -> KnownModel:
    return KnownModel(name, about, megabytes, ct2 or f"Systran/faster-whisper-{name}", f"ggml-{name}.bin")


CATALOGUE = {
    model.name: model
    for model in (
        KnownModel(DEMO, "two hundred words of a synthesiser, for trying; ships in the package", 10, "", ""),
        _whisper("tiny", "fastest, for tests with real speech", 75),
        _whisper("base", "fast and rough", 145),
        _whisper("small", "usable on a CPU", 485),
        _whisper("medium", "good; the default", 1530),
        _whisper("large-v1", "older large", 3090),
        _whisper("large-v2", "large, steadier than v3 on noise", 3090),
        _whisper("large-v3", "the most exact", 3090),
        _whisper("large-v3-turbo", "nearly as exact, several times faster", 1620, _TURBO),
    )
}


def is_known_model(name: str) -> bool:
    """Whether a name may be asked for: of the catalogue, or a repository id. A path never passes."""
    return name in CATALOGUE or bool(REPOSITORY.fullmatch(name))


def check_model(name: str, local: frozenset[str] = frozenset()) -> str:
    """The name itself, if it may be asked for; `local` are names of models that were put into the model directory.

    Raises:
        InvalidRequest: `unknown_model`.
    """
    if is_known_model(name) or name in local:
        return name
    known = [*CATALOGUE, *sorted(local)]
    near = get_close_matches(name, known, n=1)
    hint = f" Did you mean {near[0]!r}?" if near else ""
    raise InvalidRequest(
        f"There is no model {name!r}.{hint} Known are {', '.join(known)}, and Hugging Face repositories as owner/name.",
        code="unknown_model",
    )
