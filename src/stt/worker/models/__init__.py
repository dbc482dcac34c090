"""Where models are found, and how missing ones are fetched."""

from stt.worker.models.store import ModelCard, ModelStore, ResolvedModel

__all__ = ["ModelCard", "ModelStore", "ResolvedModel"]
