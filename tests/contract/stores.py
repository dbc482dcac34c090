"""Stores from behind: what lies in them that is no object."""

from stt.core.metrics.measured_storage import MeasuredStorage
from stt.core.storage.base import INCOMING
from stt.core.storage.local import LocalStorage


def bare(storage):
    """A store without its measures."""
    return storage._storage if isinstance(storage, MeasuredStorage) else storage


def aside(storage):
    """The names of what was put aside."""
    storage = bare(storage)
    if isinstance(storage, LocalStorage):
        return [path.name for path in (storage.root / INCOMING).iterdir()]
    listed = storage._client().list_objects(storage.bucket, INCOMING, recursive=True)
    return [entry.object_name for entry in listed]
