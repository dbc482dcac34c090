"""`python -m tools.demo_model.measure`: word error rate of both engines on speech cut by hand at its pauses."""

import argparse
from collections.abc import Callable, Sequence
from pathlib import Path

import jiwer
import numpy as np
from faster_whisper import WhisperModel
from numpy.typing import NDArray
from pywhispercpp.model import Model

from tools.demo_model.__main__ import PACKAGED
from tools.speech import Recording, Window, compose, hand_cut

Listener = Callable[[NDArray[np.float32], str], str]


def faster_whisper(directory: Path, beam: int) -> Listener:
    """Listen with CTranslate2, every window on its own and at temperature 0."""
    model = WhisperModel(str(directory / "ct2"), device="cpu", compute_type="int8")

    def listen(samples: NDArray[np.float32], language: str) -> str:
        segments, _ = model.transcribe(
            samples, language=language, beam_size=beam, temperature=0, condition_on_previous_text=False
        )
        return " ".join(segment.text.strip() for segment in segments)

    return listen


def whisper_cpp(directory: Path, beam: int) -> Listener:
    """Listen with whisper.cpp, every window on its own and at temperature 0."""
    search = {"beam_search": {"beam_size": beam, "patience": -1.0}} if beam > 1 else {"greedy": {"best_of": 1}}
    model = Model(
        str(directory / "ggml-demo.bin"),
        params_sampling_strategy=int(beam > 1),
        redirect_whispercpp_logs_to=None,
        print_progress=False,
        temperature_inc=0.0,
        n_threads=1,  # more of them spin and wait for each other on so small a model
        **search,
    )

    def listen(samples: NDArray[np.float32], language: str) -> str:
        return " ".join(segment.text for segment in model.transcribe(samples, language=language))

    return listen


ENGINES = {"faster-whisper": faster_whisper, "whisper.cpp": whisper_cpp}


def error_rate(listen: Listener, recording: Recording, windows: Sequence[Window]) -> float:
    """Word errors over the words spoken, all windows joined."""
    heard = [listen(recording.samples(window.start, window.end), recording.language) for window in windows]
    return float(jiwer.wer(recording.text, " ".join(heard)))


def main() -> None:
    options = _options()
    for language in ("en", "vi"):
        recording = compose(language, options.seconds, seed=options.seed, pause=tuple(options.pause))
        windows = hand_cut(recording, options.window)
        for engine, open_engine in ENGINES.items():
            for beam in options.beams:
                rate = error_rate(open_engine(options.model, beam), recording, windows)
                print(f"{language} {engine:14} beam {beam}: {rate:6.2%} of {len(recording.words)} words", flush=True)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tools.demo_model.measure", description=__doc__)
    parser.add_argument("--model", type=Path, default=PACKAGED, help="model folder (%(default)s)")
    parser.add_argument("--seconds", type=float, default=600.0, help="speech in each language (%(default)s)")
    parser.add_argument("--seed", type=int, default=1, help="which speech (%(default)s)")
    parser.add_argument("--pause", type=float, nargs=2, default=(0.3, 0.8), help="bounds of the pauses in seconds")
    parser.add_argument("--window", type=float, default=8.0, help="longest window in seconds (%(default)s)")
    parser.add_argument("--beams", type=int, nargs="+", default=(1, 5), help="beam sizes (%(default)s)")
    return parser.parse_args()


if __name__ == "__main__":
    main()
