"""`python -m tools.speech.sample`: the recordings that ship with the package, each beside its true text.

The seeds were chosen among the first hundred because both engines then write every word the demo model is given:
the samples show the service, not how well the demo model hears, which tools.demo_model.measure tells.
"""

from pathlib import Path

from tools.speech.compose import compose
from tools.speech.media import write

PACKAGED = Path(__file__).parents[2] / "src" / "stt" / "assets"
SEEDS = {"vi": 0, "en": 0}
SECONDS = 22.0


def main() -> None:
    for language, seed in SEEDS.items():
        recording = compose(language, SECONDS, seed=seed, gain_db=(-9.0, -3.0))
        path = write(recording, PACKAGED / f"sample-{language}.flac")
        path.with_suffix(".txt").write_text(recording.text + "\n", encoding="utf-8")
        print(f"{path}: {len(recording.words)} words, {path.stat().st_size} bytes")


if __name__ == "__main__":
    main()
