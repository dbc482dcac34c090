"""Names of models that programs written for OpenAI's audio API, or for servers like it, send without being asked."""

from collections.abc import Mapping

from stt.domain.whisper.models import CATALOGUE, model_named

OPENAI_NAMES = (
    "whisper-1",
    "gpt-4o-transcribe",
    "gpt-4o-mini-transcribe",
    "gpt-4o-transcribe-diarize",
    "gpt-transcribe",
)
"""Each means this deployment's default: what stands behind them at OpenAI exists nowhere else."""
_PREFIXES = ("systran/faster-whisper-", "openai/whisper-")
_ENGLISH_ONLY = ".en"
"""What the names of models end in that know English alone; those of the same sizes without it know it too."""


def model_behind(name: str, default: str, aliases: Mapping[str, str], *, with_english_only: bool = False) -> str:
    """The model meant by `name`; the deployment's own `aliases` come first, and other names mean themselves.

    `with_english_only` is whether models for English alone may be had here, so that their names mean themselves too.
    """
    if name in aliases:
        return aliases[name]
    if name in OPENAI_NAMES:
        return default
    for prefix in _PREFIXES:
        if name.lower().startswith(prefix):
            size = name[len(prefix) :]
            size = model_named(size if with_english_only else size.removesuffix(_ENGLISH_ONLY))
            return size if size in CATALOGUE else name
    return name
