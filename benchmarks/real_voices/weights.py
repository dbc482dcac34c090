"""Real weights in the formats of both engines."""

import os
from contextlib import suppress
from pathlib import Path

from benchmarks.peers.weights import Weights

VARIABLE = "STT_TEST_WEIGHTS"
CHECKOUT = Path(__file__).parents[2]
NAME = "base"


def base(folder: Path) -> Weights:
    """Whisper's `base`, as a service finds it under `folder`.

    It is taken from where `STT_TEST_WEIGHTS` says (`base/` for CTranslate2, `ggml-base.bin` beside it), else from
    `.models` of this checkout, where `stt models pull base` puts it. Raises FileNotFoundError where it is in neither.
    """
    ct2, ggml = _places()
    if not (ct2 / "model.bin").is_file():
        raise FileNotFoundError(
            f"There is no model.bin in {ct2}. Fetch it with: STT_MODEL_DIR=.models stt models pull base"
        )
    place = folder / NAME
    place.mkdir(parents=True, exist_ok=True)
    with suppress(FileExistsError):
        (place / "ct2").symlink_to(ct2)
        (place / ggml.name).symlink_to(ggml)
    return Weights(NAME, ct2, ggml, folder)


def _places() -> tuple[Path, Path]:
    if given := os.environ.get(VARIABLE):
        return Path(given).absolute() / NAME, Path(given).absolute() / f"ggml-{NAME}.bin"
    pulled = CHECKOUT / ".models" / NAME
    return pulled / "ct2", pulled / f"ggml-{NAME}.bin"
