"""Names of models that programs written for OpenAI's audio API, or for servers like it, send without being asked."""

from collections.abc import Mapping

from stt.domain.whisper.models import CATALOGUE

OPENAI_NAMES = (
    "whisper-1",
    "gpt-4o-transcribe",
    "gpt-4o-mini-transcribe",
    "gpt-4o-transcribe-diarize",
    "gpt-transcribe",
)
"""Each means this deployment's default: what stands behind them at OpenAI exists nowhere else."""
_PREFIXES = ("Systran/faster-whisper-", "openai/whisper-")


def model_behind(name: str, default: str, aliases: Mapping[str, str]) -> str:
    """The model meant by `name`; the deployment's own `aliases` come first, and other names mean themselves."""
    if name in aliases:
        return aliases[name]
    if name in OPENAI_NAMES:
        return default
    for prefix in _PREFIXES:
        if name.lower().startswith(prefix.lower()) and name[len(prefix) :] in CATALOGUE:
            return name[len(prefix) :]
    return name
