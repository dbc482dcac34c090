"""`python -m tools.random_model base --out DIR`: a model of that shape with random weights, for both engines."""

import argparse
import sys
from pathlib import Path

from stt.worker.weights import ggml
from tools.random_model.build import ENGINES, TOKENS, build
from tools.random_model.shape import SHAPES


def main() -> int:
    options = _options()
    engines = ENGINES if options.engine == "both" else (options.engine,)
    name = f"random-{options.shape}"
    build(
        SHAPES[options.shape],
        options.out,
        name=name,
        engines=engines,
        tokens=options.tokens,
        matrices=options.ggml,
        seed=options.seed,
    )
    print(f"Built {name} in {options.out}")
    return 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m tools.random_model",
        description="Build a Whisper model with random weights that costs what a trained one costs.",
    )
    parser.add_argument("shape", choices=SHAPES, help="which of OpenAI's models it is as large as")
    parser.add_argument("--out", type=Path, required=True, help="folder to write; give it as --model to `stt`")
    parser.add_argument("--engine", choices=(*ENGINES, "both"), default="both", help="(%(default)s)")
    parser.add_argument("--tokens", type=int, default=TOKENS, help="tokens written for 30 s (%(default)s)")
    parser.add_argument("--ggml", choices=tuple(ggml.MATRICES), default="f16", help="ggml matrices (%(default)s)")
    parser.add_argument("--seed", type=int, default=1, help="which weights (%(default)s)")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
