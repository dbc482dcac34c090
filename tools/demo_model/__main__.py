"""`python -m tools.demo_model`: build the demo model into the package."""

import argparse
import sys
import tempfile
from pathlib import Path

from tools.demo_model import whisper_assets
from tools.demo_model.build import build

HERE = Path(__file__).parent
PACKAGED = HERE.parents[1] / "src" / "stt" / "assets" / "demo"


def main() -> int:
    options = _options()
    try:
        with tempfile.TemporaryDirectory() as scratch:
            assets = options.whisper_assets or whisper_assets.download(Path(scratch))
            build(options.weights, whisper_assets.verify(assets), options.output)
    except whisper_assets.AssetsUnavailableError as error:
        print(error, file=sys.stderr)
        return 1
    print(f"Built the demo model in {options.output}")
    return 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m tools.demo_model",
        description="Build the demo model for whisper.cpp and CTranslate2 from its trained weights.",
    )
    parser.add_argument("--weights", type=Path, default=HERE / "weights.npz", help="trained weights (%(default)s)")
    parser.add_argument("--output", type=Path, default=PACKAGED, help="folder to write (%(default)s)")
    parser.add_argument(
        "--whisper-assets",
        type=Path,
        metavar="DIR",
        help=f"the whisper/assets folder of {whisper_assets.REQUIREMENT}; without it pip downloads that package",
    )
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
