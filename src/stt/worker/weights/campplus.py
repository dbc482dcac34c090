"""CAM++ as an ONNX file: 192 numbers that say whose voice it is.

Convolutions over the spectrogram, then three blocks of densely joined layers over time, each of which weighs its
channels by the sound around (Wang et al. 2023, arXiv:2303.00332); mean and deviation over time at the end. The network
is that of 3D-Speaker (Apache-2.0).
"""

from collections.abc import Mapping
from pathlib import Path

import numpy as np

from stt.worker.errors import ModelUnavailable
from stt.worker.weights.onnx_graph import Graph
from stt.worker.weights.tensors import Array

INPUT, BANDS = "spectrogram", 80
_BLOCKS = (12, 1), (24, 2), (16, 2)
"""Layers and dilation of each."""
_CONTEXT_FRAMES = 100
_EPSILON = 1e-5


def write(path: Path, tensors: Mapping[str, Array]) -> None:
    """Write the network: input `spectrogram` (voices, frames, 80), output (voices, 192).

    Raises:
        ModelUnavailable: it lacks a tensor, or has one of another shape.
    """
    try:
        writer = _Writer(tensors)
        result = writer.pooled(writer.over_time(writer.over_bands()))
    except (KeyError, ValueError) as error:
        raise ModelUnavailable(f"This checkpoint is not CAM++: {error}.") from error
    writer.graph.write(path, (INPUT, ("voices", "frames", BANDS)), result)


class _Writer:
    """The parts of the network, written one after the other."""

    def __init__(self, tensors: Mapping[str, Array]) -> None:
        self.graph = Graph("campplus")
        self._tensors = tensors
        self._frames = ""

    def over_bands(self) -> str:
        """The head: (voices, frames, 80) to (voices, 320, frames)."""
        image = self.graph.add("Transpose", INPUT, perm=(0, 2, 1))
        image = self.graph.add("Unsqueeze", image, self.graph.integers(1))
        image = self._image("head.conv1", "head.bn1", image)
        for layer in ("head.layer1", "head.layer2"):
            image = self._residual(f"{layer}.0", image, 2)
            image = self._residual(f"{layer}.1", image, 1)
        image = self._image("head.conv2", "head.bn2", image, stride=2)
        channels = 32 * BANDS // 8
        return self.graph.add("Reshape", image, self.graph.integers(0, channels, -1))

    def over_time(self, heard: str) -> str:
        """The body: (voices, 320, frames) to (voices, 512, half the frames)."""
        heard = self._conv("xvector.tdnn.linear", heard, stride=2, edge=2)
        heard = self._relu("xvector.tdnn.nonlinear.batchnorm", heard)
        shape = self.graph.add("Shape", heard)
        self._frames = self.graph.add("Gather", shape, self.graph.integers(2), axis=0)
        for number, (layers, dilation) in enumerate(_BLOCKS, 1):
            for layer in range(1, layers + 1):
                more = self._layer(f"xvector.block{number}.tdnnd{layer}", heard, dilation)
                heard = self.graph.add("Concat", heard, more, axis=1)
            heard = self._relu(f"xvector.transit{number}.nonlinear.batchnorm", heard)
            heard = self._conv(f"xvector.transit{number}.linear", heard)
        return self._relu("xvector.out_nonlinear.batchnorm", heard)

    def pooled(self, heard: str) -> str:
        """The end: mean and deviation over time, and what is made of them."""
        graph = self.graph
        mean = graph.add("ReduceMean", heard, axes=(2,), keepdims=1)
        apart = graph.add("Sub", heard, mean)
        squares = graph.add("ReduceSum", graph.add("Mul", apart, apart), graph.integers(2), keepdims=1)
        others = graph.add("Sub", graph.add("Cast", self._frames, to=1), graph.array(np.array([1.0])))
        deviation = graph.add("Sqrt", graph.add("Div", squares, others))
        both = graph.add("Concat", mean, deviation, axis=1)
        dense = graph.add("Squeeze", self._conv("xvector.dense.linear", both), graph.integers(2))
        scale, shift = self._normal("xvector.dense.nonlinear.batchnorm")
        return graph.add("Add", graph.add("Mul", dense, graph.array(scale)), graph.array(shift))

    def _layer(self, name: str, heard: str, dilation: int) -> str:
        """A layer that weighs what it finds nearby by the mean of all, and of the second around."""
        graph = self.graph
        inner = self._conv(f"{name}.linear1", self._relu(f"{name}.nonlinear1.batchnorm", heard))
        inner = self._relu(f"{name}.nonlinear2.batchnorm", inner)
        local = self._conv(f"{name}.cam_layer.linear_local", inner, edge=dilation, dilation=dilation)
        around = graph.add("Add", graph.add("ReduceMean", inner, axes=(2,), keepdims=1), self._around(inner))
        weight = graph.add("Relu", self._conv(f"{name}.cam_layer.linear1", around))
        weight = graph.add("Sigmoid", self._conv(f"{name}.cam_layer.linear2", weight))
        return graph.add("Mul", local, weight)

    def _around(self, heard: str) -> str:
        """For each frame the mean of the hundred that it is one of."""
        graph = self.graph
        size = (_CONTEXT_FRAMES,)
        means = graph.add("AveragePool", heard, kernel_shape=size, strides=size, ceil_mode=1)
        means = graph.add("Unsqueeze", means, graph.integers(3))
        means = graph.add("Expand", means, graph.integers(1, 1, 1, _CONTEXT_FRAMES))
        means = graph.add("Reshape", means, graph.integers(0, 0, -1))
        return graph.add("Slice", means, graph.integers(0), self._frames, graph.integers(2))

    def _residual(self, name: str, image: str, stride: int) -> str:
        inner = self._image(f"{name}.conv1", f"{name}.bn1", image, stride=stride)
        inner = self._image(f"{name}.conv2", f"{name}.bn2", inner, relu=False)
        if stride > 1:
            image = self._image(f"{name}.shortcut.0", f"{name}.shortcut.1", image, stride=stride, relu=False)
        return self.graph.add("Relu", self.graph.add("Add", inner, image))

    def _image(self, conv: str, norm: str, image: str, *, stride: int = 1, relu: bool = True) -> str:
        """A convolution over bands and time, with the normalisation behind it in its weights."""
        weight, (scale, shift) = self._tensors[f"{conv}.weight"], self._normal(norm)
        edge = weight.shape[2] // 2
        arrays = self.graph.array(weight * scale[:, None, None, None]), self.graph.array(shift)
        image = self.graph.add("Conv", image, *arrays, strides=(stride, 1), pads=(edge, edge, edge, edge))
        return self.graph.add("Relu", image) if relu else image

    def _conv(self, name: str, heard: str, *, stride: int = 1, edge: int = 0, dilation: int = 1) -> str:
        arrays = [self._tensors[f"{name}.{part}"] for part in ("weight", "bias") if f"{name}.{part}" in self._tensors]
        around = {"strides": (stride,), "pads": (edge, edge), "dilations": (dilation,)}
        return self.graph.add("Conv", heard, *map(self.graph.array, arrays), **around)

    def _relu(self, norm: str, heard: str) -> str:
        scale, shift = (self.graph.array(values[:, None]) for values in self._normal(norm))
        return self.graph.add("Relu", self.graph.add("Add", self.graph.add("Mul", heard, scale), shift))

    def _normal(self, name: str) -> tuple[Array, Array]:
        """Scale and shift of a batch normalisation as it was learnt."""
        mean, variance = (self._tensors[f"{name}.running_{part}"] for part in ("mean", "var"))
        weight, bias = self._tensors.get(f"{name}.weight"), self._tensors.get(f"{name}.bias")
        scale = (1.0 if weight is None else weight) / np.sqrt(variance + _EPSILON)
        return scale, (0.0 if bias is None else bias) - mean * scale
