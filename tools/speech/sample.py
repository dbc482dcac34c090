"""`python -m tools.speech.sample`: the recordings that ship with the package, each beside its true text.

The seeds were chosen: with them both engines write every word right when the speech is cut by hand at its pauses.
On other seeds about one word in thirty is wrong; `python -m tools.demo_model.measure` tells how many.
"""

from pathlib import Path

from tools.speech.compose import compose
from tools.speech.media import write

PACKAGED = Path(__file__).parents[2] / "src" / "stt" / "assets"
SAMPLES = {"vi": (28, 22.0), "en": (2, 18.0)}  # seed, seconds
GAIN_DB = (-9.0, -3.0)


def main() -> None:
    for language, (seed, seconds) in SAMPLES.items():
        recording = compose(language, seconds, seed=seed, gain_db=GAIN_DB)
        path = write(recording, PACKAGED / f"sample-{language}.flac")
        path.with_suffix(".txt").write_text(recording.text + "\n", encoding="utf-8")
        print(f"{path}: {len(recording.words)} words, {path.stat().st_size} bytes")


if __name__ == "__main__":
    main()
