"""What a model says about itself."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from stt.worker.constants import MAX_WINDOW_SECONDS, MEL_BANDS
from stt.worker.errors import ModelUnavailable

LEAST_WINDOW_SECONDS = 2.0
"""As of `STT_WINDOW_SECONDS`: in less there is no sentence."""


@dataclass(frozen=True)
class ModelCard:
    """The longest window a model is good at, in seconds; full windows unless its `card.json` says less."""

    window_seconds: float = MAX_WINDOW_SECONDS

    @classmethod
    def beside(cls, path: Path) -> Self:
        """The card beside the model's files, or one directory up. Raises ModelUnavailable if it cannot be read."""
        card = next((c for place in (path, path.parent) if (c := place / "card.json").is_file()), None)
        if card is None:
            return cls()
        try:
            seconds = float(json.loads(card.read_text()).get("window_seconds", MAX_WINDOW_SECONDS))
        except (OSError, ValueError, TypeError, AttributeError) as error:
            raise ModelUnavailable(f'{card.name} is not a model card like {{"window_seconds": 8}}: {error}') from error
        if not LEAST_WINDOW_SECONDS <= seconds <= MAX_WINDOW_SECONDS:
            raise ModelUnavailable(
                f"{card.name} of this model says {seconds:g} s; a window has {LEAST_WINDOW_SECONDS:g} to "
                f"{MAX_WINDOW_SECONDS:g} s."
            )
        return cls(seconds)


def bands_of(path: Path) -> int | None:
    """Mel bands of the spectrogram that is to be made for a model; `None` for a ggml file, whose engine makes its own.

    A CTranslate2 model listens to 80 unless its `preprocessor_config.json` says otherwise.
    """
    if path.is_file():
        return None
    try:
        return int(json.loads((path / "preprocessor_config.json").read_text())["feature_size"])
    except (OSError, ValueError, TypeError, KeyError):
        return MEL_BANDS
