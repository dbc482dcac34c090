"""Checkpoints in the shapes of the model that tells speakers apart, with random weights, as torch would save them."""

import pickle
import sys
import zipfile
from collections import OrderedDict
from collections.abc import Iterator, Mapping
from io import BytesIO
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
from numpy.typing import NDArray

Tensors = Mapping[str, NDArray[np.float32]]
Shape = tuple[int, ...]


def segmentation(seed: int = 0) -> Tensors:
    """Of pyannote's segmentation-3.0."""
    draw = np.random.default_rng(seed)
    tensors = {name: _drawn(draw, shape) for name, shape in _segmentation_shapes()}
    filters = "sincnet.conv1d.0.filterbank"
    edges = np.linspace(30, 7900, 41, dtype=np.float32)
    tensors[f"{filters}.low_hz_"], tensors[f"{filters}.band_hz_"] = edges[:-1, None], np.diff(edges)[:, None]
    tensors[f"{filters}.window_"] = np.hamming(251)[:125].astype(np.float32)
    tensors[f"{filters}.n_"] = (2 * np.pi * np.arange(-125, 0) / 16_000).astype(np.float32)[None]
    return tensors


def campplus(seed: int = 0) -> Tensors:
    """Of 3D-Speaker's CAM++ for Chinese and English."""
    draw = np.random.default_rng(seed)
    tensors = {name: _drawn(draw, shape) for name, shape in _campplus_shapes()}
    return {name: np.abs(t) + 1 if name.endswith("running_var") else t for name, t in tensors.items()}


def save(path: Path, tensors: Tensors) -> None:
    """Write a checkpoint: `data.pkl`, which names a storage for each tensor, and the storages."""
    module = ModuleType("torch._utils")
    rebuild = _rebuilding(module)
    modules = {"torch": ModuleType("torch"), "torch._utils": module}
    modules["torch"].FloatStorage = type("FloatStorage", (), {"__module__": "torch"})
    listing = BytesIO()
    sys.modules.update(modules)
    try:
        pickler = _Pickler(listing, modules["torch"].FloatStorage, rebuild)
        pickler.dump({"state_dict": OrderedDict(tensors), "version": "2.0"})
    finally:
        for name in modules:
            del sys.modules[name]
    path.parent.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("archive/data.pkl", listing.getvalue())
        for key, tensor in enumerate(pickler.storages):
            archive.writestr(f"archive/data/{key}", tensor.astype("<f4").tobytes())


def _rebuilding(module: ModuleType) -> Any:
    def _rebuild_tensor_v2(*_: object) -> None:
        """Stands for torch's own, which is only named."""

    _rebuild_tensor_v2.__module__, _rebuild_tensor_v2.__qualname__ = module.__name__, "_rebuild_tensor_v2"
    module._rebuild_tensor_v2 = _rebuild_tensor_v2
    return _rebuild_tensor_v2


class _Storage:
    def __init__(self, key: int, size: int) -> None:
        self.key, self.size = key, size


class _Pickler(pickle.Pickler):
    def __init__(self, file: BytesIO, kind: type, rebuild: Any) -> None:
        super().__init__(file, protocol=2)
        self._kind, self._rebuild = kind, rebuild
        self.storages: list[NDArray[np.float32]] = []

    def persistent_id(self, obj: Any) -> Any:
        return ("storage", self._kind, str(obj.key), "cpu", obj.size) if isinstance(obj, _Storage) else None

    def reducer_override(self, obj: Any) -> Any:
        if not isinstance(obj, np.ndarray):
            return NotImplemented
        self.storages.append(obj)
        steps = tuple(step // 4 for step in np.zeros(obj.shape, np.float32).strides)
        storage = _Storage(len(self.storages) - 1, obj.size)
        return self._rebuild, (storage, 0, obj.shape, steps, False, OrderedDict())


def _drawn(draw: np.random.Generator, shape: Shape) -> NDArray[np.float32]:
    spread = 1 / np.sqrt(max(1, np.prod(shape[1:], dtype=int)))
    return (draw.standard_normal(shape) * spread).astype(np.float32)


def _segmentation_shapes() -> Iterator[tuple[str, Shape]]:
    for number, channels in enumerate((80, 60, 60)):
        yield from ((f"sincnet.norm1d.{number}.{part}", (channels,)) for part in ("weight", "bias"))
    yield from ((f"sincnet.wav_norm1d.{part}", (1,)) for part in ("weight", "bias"))
    for number, channels in ((1, 80), (2, 60)):
        yield f"sincnet.conv1d.{number}.weight", (60, channels, 5)
        yield f"sincnet.conv1d.{number}.bias", (60,)
    for layer in range(4):
        for way in (f"l{layer}", f"l{layer}_reverse"):
            yield f"lstm.weight_ih_{way}", (512, 256 if layer else 60)
            yield f"lstm.weight_hh_{way}", (512, 128)
            yield from ((f"lstm.bias_{part}_{way}", (512,)) for part in ("ih", "hh"))
    for name, shape in (("linear.0", (128, 256)), ("linear.1", (128, 128)), ("classifier", (7, 128))):
        yield f"{name}.weight", shape
        yield f"{name}.bias", shape[:1]


def _campplus_shapes() -> Iterator[tuple[str, Shape]]:
    yield "head.conv1.weight", (32, 1, 3, 3)
    yield from _norm("head.bn1", 32)
    for layer in ("head.layer1", "head.layer2"):
        for block in (f"{layer}.0", f"{layer}.1"):
            for number in (1, 2):
                yield f"{block}.conv{number}.weight", (32, 32, 3, 3)
                yield from _norm(f"{block}.bn{number}", 32)
        yield f"{layer}.0.shortcut.0.weight", (32, 32, 1, 1)
        yield from _norm(f"{layer}.0.shortcut.1", 32)
    yield "head.conv2.weight", (32, 32, 3, 3)
    yield from _norm("head.bn2", 32)
    yield "xvector.tdnn.linear.weight", (128, 320, 5)
    yield from _norm("xvector.tdnn.nonlinear.batchnorm", 128)
    channels = 128
    for number, layers in enumerate((12, 24, 16), 1):
        for layer in range(1, layers + 1):
            yield from _layer(f"xvector.block{number}.tdnnd{layer}", channels)
            channels += 32
        yield from _norm(f"xvector.transit{number}.nonlinear.batchnorm", channels)
        yield f"xvector.transit{number}.linear.weight", (channels // 2, channels, 1)
        channels //= 2
    yield from _norm("xvector.out_nonlinear.batchnorm", channels)
    yield "xvector.dense.linear.weight", (192, 2 * channels, 1)
    yield from _norm("xvector.dense.nonlinear.batchnorm", 192)


def _layer(name: str, channels: int) -> Iterator[tuple[str, Shape]]:
    yield from _norm(f"{name}.nonlinear1.batchnorm", channels)
    yield f"{name}.linear1.weight", (128, channels, 1)
    yield from _norm(f"{name}.nonlinear2.batchnorm", 128)
    yield f"{name}.cam_layer.linear_local.weight", (32, 128, 3)
    for part, shape in (("linear1", (64, 128, 1)), ("linear2", (32, 64, 1))):
        yield f"{name}.cam_layer.{part}.weight", shape
        yield f"{name}.cam_layer.{part}.bias", shape[:1]


def _norm(name: str, channels: int) -> Iterator[tuple[str, Shape]]:
    yield from ((f"{name}.{part}", (channels,)) for part in ("weight", "bias", "running_mean", "running_var"))
