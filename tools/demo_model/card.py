"""What the model says about itself."""

import json
from pathlib import Path

CARD = {
    "name": "demo",
    "description": "A tiny Whisper model for trying the service without a network: it knows 207 English and "
    "Vietnamese words as espeak-ng speaks them, and no human speech.",
    "languages": ["en", "vi"],
    "window_seconds": 8,
    "licence": "MIT",
    "made": "Width 128, 2 heads, 3 encoder and 4 decoder layers, trained on random word sequences spoken by "
    "espeak-ng; vocabulary from openai-whisper (MIT); both formats written by tools/demo_model from the "
    "same weights.",
}


def write(directory: Path) -> None:
    """Write `card.json` and the licence of the model and of the vocabulary it carries."""
    text = json.dumps(CARD, indent=2, ensure_ascii=False)
    (directory / "card.json").write_text(text + "\n", encoding="utf-8")
    licence = Path(__file__).with_name("LICENSE.demo")
    (directory / "LICENSE").write_bytes(licence.read_bytes())
