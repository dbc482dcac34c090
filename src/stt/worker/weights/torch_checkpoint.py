"""Tensors out of a checkpoint that torch saved, without torch.

The file is a ZIP archive: `…/data.pkl` is a pickle of nested containers whose tensors name a storage, and
`…/data/<key>` holds the numbers of each, little-endian (torch.serialization). A pickle can name any function of any
module to be called; here it gets the two that build containers and tensors. What else it names stands for nothing.
"""

import io
import pickle
import zipfile
from collections import OrderedDict
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from stt.worker.errors import ModelUnavailable
from stt.worker.weights.tensors import Array

_TYPES = {"FloatStorage": "<f4", "HalfStorage": "<f2", "DoubleStorage": "<f8", "LongStorage": "<i8"}


def read_tensors(path: Path) -> Mapping[str, Array]:
    """The tensors of a model by name: those under `state_dict`, where the file holds more than them.

    Raises:
        ModelUnavailable: it is damaged, or no checkpoint.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            content = _Reader(archive).load()
        tensors = content.get("state_dict", content)
        return {name: tensor for name, tensor in tensors.items() if isinstance(tensor, np.ndarray)}
    except (OSError, zipfile.BadZipFile, pickle.UnpicklingError, ValueError, KeyError, TypeError, AttributeError) as e:
        raise ModelUnavailable(f"{path.name} is damaged or no checkpoint: {e}") from e


class _Reader(pickle.Unpickler):
    """Reads `data.pkl`, and the storages that it names."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        listing = next((name for name in archive.namelist() if name.endswith("/data.pkl")), None)
        if listing is None:
            raise ValueError("it has no data.pkl")
        super().__init__(io.BytesIO(archive.read(listing)))
        self._archive, self._data = archive, listing.removesuffix(".pkl")

    def find_class(self, module: str, name: str) -> Any:
        if (module, name) == ("collections", "OrderedDict"):
            return OrderedDict
        if (module, name) == ("torch._utils", "_rebuild_tensor_v2"):
            return _tensor
        if module == "torch" and name in _TYPES:
            return np.dtype(_TYPES[name])
        return _Nothing

    def persistent_load(self, pid: Any) -> Array:
        _, kind, key, *_ = pid
        return np.frombuffer(self._archive.read(f"{self._data}/{key}"), kind)


class _Nothing:
    """Stands for an object of a class that is of no use here."""

    def __init__(self, *_: object, **__: object) -> None:
        pass

    def __setstate__(self, _: object) -> None:
        pass


def _tensor(storage: Array, offset: int, shape: tuple[int, ...], stride: tuple[int, ...], *_: object) -> Array:
    """A tensor of a storage: numbers are laid out by rows in every checkpoint that is read here."""
    count = int(np.prod(shape, dtype=int))
    rows = np.cumprod([1, *shape[:0:-1]])[::-1] if shape else ()
    if any(size > 1 and step != row for size, step, row in zip(shape, stride, rows, strict=True)):
        raise ValueError("it has a tensor that is not laid out by rows")
    return storage[offset : offset + count].reshape(shape)
