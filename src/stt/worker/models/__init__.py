"""Where models are found, and how missing ones are fetched."""

from stt.worker.models.card import ModelCard
from stt.worker.models.speaker_store import SpeakerStore
from stt.worker.models.store import ModelStore, ResolvedModel

__all__ = ["ModelCard", "ModelStore", "ResolvedModel", "SpeakerStore"]
