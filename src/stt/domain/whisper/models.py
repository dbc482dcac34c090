"""Names of models: which a caller may ask for, and where the known ones come from."""

import re
from collections.abc import Collection
from dataclasses import dataclass
from difflib import get_close_matches

from stt.domain.errors import InvalidRequest

DEMO = "demo"
"""The model inside the package."""

SPEAKERS = "speakers"
"""The model that tells speakers apart: no model of Whisper, and never the one of a job."""

ANY = "*"
"""On a deployment's list: any repository of the hub."""

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
ALIASES = {"large": "large-v3", "turbo": "large-v3-turbo"}
"""What openai/whisper calls models of the catalogue as well."""


def model_named(written: str) -> str:
    """The name as this service spells it: one of the catalogue, or an alias of it, in any case; else as written."""
    plain = written.strip().lower()
    name = ALIASES.get(plain, plain)
    return name if name in CATALOGUE else written


def is_known_model(name: str) -> bool:
    """Whether a name can be fetched: of the catalogue, or a repository id. A path never passes."""
    return name in CATALOGUE or bool(REPOSITORY.fullmatch(name))


@dataclass(frozen=True)
class ModelList:
    """Which models callers may name.

    `listed` is the deployment's own list, on which `*` stands for any repository of the hub; where it names no model,
    the catalogue and what is `installed` may be named. The `default` always may.
    """

    listed: Collection[str] = ()
    installed: Collection[str] = ()
    default: str = DEMO

    def check(self, written: str) -> str:
        """The name as this service spells it, if it may be named.

        Raises:
            InvalidRequest: code `unknown_model`.
        """
        name = written if written in self.names else model_named(written)
        if name in self.names or (ANY in self.listed and REPOSITORY.fullmatch(name)):
            return name
        near = [] if REPOSITORY.fullmatch(name) else get_close_matches(name.lower(), [*ALIASES, *self.names], n=1)
        hint = f" Did you mean {near[0]!r}?" if near else ""
        if REPOSITORY.fullmatch(name):
            hint = " Repositories are taken where the operator lists them (STT_MODELS)."
        offered = ", ".join(self.names) + (
            ", and Hugging Face repositories as owner/name" if ANY in self.listed else ""
        )
        raise InvalidRequest(
            f"There is no model {written[:100]!r} here.{hint} This service offers {offered}.", code="unknown_model"
        )

    @property
    def names(self) -> tuple[str, ...]:
        """Each once: those that are listed, else those of the catalogue and then others that are installed."""
        listed = [name for name in self.listed if name != ANY]
        return tuple(dict.fromkeys([*(listed or [*CATALOGUE, *sorted(self.installed)]), self.default]))
