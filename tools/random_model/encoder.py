"""The half that listens: where in time a frame lies, whether anything sounds there, and what."""

from collections.abc import Iterator
from statistics import NormalDist

import numpy as np
from numpy.typing import NDArray

from stt.worker.weights.tensors import AUDIO_FRAMES, Array
from tools.random_model.noise import Named, Noise, norm
from tools.random_model.shape import HEAD_WIDTH, Shape

FRAMES_PER_SECOND = 50

# What the places of a hidden vector are for.
TIME = slice(0, HEAD_WIDTH)
RAMP, OPPOSITE_RAMP, SILENCE, NOTHING = range(HEAD_WIDTH, HEAD_WIDTH + 4)
CONTENT = slice(HEAD_WIDTH + 4, None)

NEAR_SECONDS = 0.5
FREQUENCIES = np.array(
    [
        NormalDist(0, 1 / (NEAR_SECONDS * FRAMES_PER_SECOND)).inv_cdf(0.5 + (number + 0.5) / HEAD_WIDTH)
        for number in range(HEAD_WIDTH // 2)
    ]
)
"""Radians a frame, so spread that the likeness of two moments is a bell over the time between them: between two words
attention to both of them is above all other, and alignment has no choice."""
TIME_ENERGY = HEAD_WIDTH / 2
CONTENT_ENERGY = 0.3
NOISE_ENERGY = 0.01
"""Both are small beside that of time, so that normalising a frame leaves its place in time as it is."""

SLOPES, SLOPE_BANDS = 16, 4
"""Slopes of the spectrum, each over so many bands: they tell sound from silence and from what fills a window up, which
are the same in every band."""
SLOPE_GAIN = 20.0
SILENT = 2.0
LEAST_SLOPE = 8.0
"""Sum of the slopes, times their gain, from which on something sounds."""
BAND_SPREAD = 0.3
"""How far apart the bands of a frame usually lie."""


def build(shape: Shape, noise: Noise) -> Iterator[Named]:
    """Its tensors."""
    yield "encoder.conv1.weight", _first_convolution(shape, noise)
    yield "encoder.conv1.bias", np.zeros(shape.width, np.float32)
    yield from _second_convolution(shape, noise)
    yield "encoder.positional_embedding", _positions(shape.width)
    loudness = np.sqrt(NOISE_ENERGY / (2 * shape.encoder_layers * shape.width))
    for layer in range(shape.encoder_layers):
        yield from noise.block(f"encoder.blocks.{layer}", shape.width, ("attn",), loudness)
    yield from norm("encoder.ln_post", shape.width)


def time_code(seconds: float) -> NDArray[np.float64]:
    """What stands in the places `TIME` of a frame, before it is normalised."""
    phase = FREQUENCIES * seconds * FRAMES_PER_SECOND
    return np.concatenate([np.sin(phase), np.cos(phase)])


def ramp(seconds: float) -> float:
    """What stands in the place `RAMP`: -0.5 at the beginning of a window, 0.5 at its end."""
    return seconds * FRAMES_PER_SECOND / AUDIO_FRAMES - 0.5


def loudness_after_norm(width: int) -> float:
    """By how much the encoder's last layer norm multiplies a frame."""
    return float(np.sqrt(width / TIME_ENERGY))


def content_loudness(width: int) -> float:
    """The rms of the places `CONTENT`, before it is normalised."""
    return float(np.sqrt(CONTENT_ENERGY / (width - CONTENT.start)))


def _first_convolution(shape: Shape, noise: Noise) -> Array:
    """Slopes of the spectrum, upwards and downwards, and behind them random shapes of it, whatever the level."""
    drawn = noise.matrix(shape.width, 3 * shape.mels, 1 / BAND_SPREAD).reshape(shape.width, shape.mels, 3)
    weight = drawn - drawn.mean(axis=1, keepdims=True)
    bands = np.linspace(0, shape.mels - 1 - SLOPE_BANDS, SLOPES).astype(int)
    for place, band in enumerate(bands):
        for channel, sign in ((place, 1), (place + SLOPES, -1)):
            weight[channel] = 0
            weight[channel, [band, band + SLOPE_BANDS], 1] = sign * SLOPE_GAIN * np.array([-1, 1])
    return weight


def _second_convolution(shape: Shape, noise: Noise) -> Iterator[Named]:
    gain = 2.4 * content_loudness(shape.width)
    weight = noise.matrix(shape.width, 3 * shape.width, gain).reshape(shape.width, shape.width, 3)
    weight -= weight.mean(axis=1, keepdims=True)
    weight[: CONTENT.start] *= 1e-3
    weight[:, : 2 * SLOPES] = 0
    weight[SILENCE] = 0
    weight[SILENCE, : 2 * SLOPES] = -SILENT / LEAST_SLOPE
    bias = np.zeros(shape.width, np.float32)
    bias[SILENCE] = SILENT
    yield "encoder.conv2.weight", weight
    yield "encoder.conv2.bias", bias


def _positions(width: int) -> Array:
    positions = np.zeros((AUDIO_FRAMES, width), np.float32)
    for frame in range(AUDIO_FRAMES):
        seconds = frame / FRAMES_PER_SECOND
        positions[frame, TIME] = time_code(seconds)
        positions[frame, [RAMP, OPPOSITE_RAMP]] = ramp(seconds), -ramp(seconds)
    return positions
