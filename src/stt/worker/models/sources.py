"""Which sources there are for a model, in the order in which they are asked."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from stt.domain.whisper.engine import Engine
from stt.domain.whisper.models import CATALOGUE
from stt.worker.models.conversion import Converted
from stt.worker.models.hub import ct2_model, ggml_model
from stt.worker.models.package_index import BASE, PackagedModel
from stt.worker.models.source import Source

GGML_REPOSITORY = "ggerganov/whisper.cpp"
"""Whisper.cpp's own, which has the models of the catalogue."""

PACKAGED: Mapping[str, PackagedModel] = {"base": BASE}


def sources_of(name: str, engine: Engine, place: Path, *, most_bytes: int, trusted: bool) -> Sequence[Source]:
    """The sources of a model's files for an engine; `place` is its directory, `most_bytes` what the hub may give.

    `trusted`: the operator chose the model, and not somebody else, so that the operator's token may be used for it.
    """
    known, packaged = CATALOGUE.get(name), PACKAGED.get(name)
    if engine is Engine.FASTER_WHISPER:
        hub = ct2_model(known.ct2 if known else name, most_bytes=most_bytes, trusted=trusted)
        return [hub, packaged] if packaged else [hub]
    repository, file_name = (GGML_REPOSITORY, known.ggml) if known else (name, None)
    sources: list[Source] = [ggml_model(repository, file_name, most_bytes=most_bytes, trusted=trusted)]
    if known and (place / "ct2" / "model.bin").is_file():
        sources.insert(0, Converted(place / "ct2", known.ggml))
    if known and packaged:
        sources.append(Converted(packaged, known.ggml))
    return sources
