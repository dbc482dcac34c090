"""The half that writes: a chain of steps, ended where the audio ends, with its attention where each word is."""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from stt.worker.weights.tensors import TEXT_TOKENS, Array
from tools.random_model import encoder
from tools.random_model.noise import Named, Noise, norm
from tools.random_model.script import CHOICES, FIRST, Script
from tools.random_model.shape import HEAD_WIDTH, Shape

Vectors = NDArray[np.float64]

RMS = 0.25
"""Of a token's vector; all that follows is told in lengths of the part of it that names its step."""
SELF = 0.7
"""The part that tells the words of a step apart."""
OWN_PLACES = 8
NEXT = 4.0
"""How loudly the step that follows is named."""
CONTENT = 0.8
"""How loudly what sounds speaks for some words and against others."""
END = 0.1
"""How loudly the moment at which the audio ends is told."""
NOISE = 0.03
SURENESS = 30.0
"""Logit of the step that follows, those of all others being about 0."""
PEAK = 20.0
"""Attention score of the frame a word begins in, those of frames far away being about 0."""
LATEST, SOUNDING = 250.0, 400.0
"""Attention scores for the last frame of a window over the first one, and for one that sounds over a silent one."""
ON = 4.0
"""What a hidden unit takes when its step stands, and its opposite when not; GELU leaves nothing of the latter."""
END_STEEPNESS, END_THRESHOLD = 60.0, 80.0
"""Of the hidden units that notice that a word would begin behind the audio; the former in units a window."""
OVER_GAIN, OVER_THRESHOLD = 10.0, 2.0
"""Of the hidden unit that ends the text for that."""
LATE_SECONDS = 1.5
"""By how much a word may begin behind the end of the audio, which is known this roughly: better than speech without
words, which would be heard again."""
LENT = 1.04
"""By how much the moment found is stretched: it is an average with those before it, and sound makes it smaller."""


class Decoder:
    """Lays a script into random layers.

    A token's vector names its step. In the first layer one head finds where the audio ends. In the last layer but one
    hidden units turn each step into the one that follows, and notice where its word would begin behind the audio. In
    the last layer what sounds where the word begins decides which of its words it is, and the text ends where that was
    noticed. All heads but that first one attend to where the word begins that is about to be written.
    """

    def __init__(self, shape: Shape, script: Script, noise: Noise, seed: int) -> None:
        self._shape, self._script, self._noise = shape, script, noise
        width = shape.width
        self._length = RMS * np.sqrt(width)
        self._after_norm = np.sqrt(width / (1 + SELF**2))
        self._draw = np.random.default_rng(seed)
        directions = np.ones((width, script.steps + 3 + OWN_PLACES))
        directions[:, 1:] = self._draw.standard_normal((width, directions.shape[1] - 1))
        _, *axes = np.linalg.qr(directions)[0].T  # none of them is changed when a layer norm takes the mean away
        self._steps: Vectors = np.array(axes[: script.steps])
        self._end: Vectors = axes[script.steps]
        self._over: Vectors = axes[script.steps + 1]
        self._own: Vectors = np.array(axes[script.steps + 2 :])

    def build(self) -> Iterator[Named]:
        """Its tensors."""
        shape = self._shape
        yield "decoder.token_embedding.weight", self._tokens()
        yield "decoder.positional_embedding", self._noise.matrix(TEXT_TOKENS, shape.width, 0.01)
        loudness = NOISE * RMS / np.sqrt(3 * shape.decoder_layers)
        for layer in range(shape.decoder_layers):
            name = f"decoder.blocks.{layer}"
            tensors = dict(self._noise.block(name, shape.width, ("attn", "cross_attn"), loudness))
            self._silence_end(tensors, name)
            self._attend(tensors, f"{name}.cross_attn", is_last=layer == shape.decoder_layers - 1)
            if layer == 0:
                self._find_end(tensors, f"{name}.cross_attn")
            if layer == shape.decoder_layers - 2:
                self._advance(tensors, f"{name}.mlp")
            if layer == shape.decoder_layers - 1:
                self._choose(tensors, f"{name}.cross_attn")
                self._stop(tensors, f"{name}.mlp")
            yield from tensors.items()
        gain = SURENESS * self._loudness() / (NEXT * np.sqrt(shape.width) * self._length)
        yield from ((key, value * np.float32(gain)) for key, value in norm("decoder.ln", shape.width))

    def _loudness(self) -> float:
        """Of what reaches the end, in lengths of what names a token's step."""
        return float(np.sqrt(NEXT**2 + SELF**2 + CONTENT**2))

    def _tokens(self) -> Array:
        vocabulary = len(self._script.vocabulary.all_tokens())
        rows = self._noise.matrix(vocabulary, self._shape.width, 0.1 * self._length)
        rows[[choice.token for choices in self._script.choices for choice in choices]] = 0
        for step, choices in zip(self._steps, self._script.choices, strict=True):
            for choice in choices:
                own = self._draw.standard_normal(OWN_PLACES) * (len(choices) == CHOICES)
                own *= SELF / max(1e-9, np.linalg.norm(own))  # the sound has no say in what is no word
                rows[choice.token] += self._length * (choice.weight * step + own @ self._own)
        return rows

    def _silence_end(self, tensors: dict[str, Array], name: str) -> None:
        """Nothing random speaks where the end of the audio is told."""
        for part in ("attn.out", "cross_attn.out", "mlp.2"):
            weight = tensors[f"{name}.{part}.weight"]
            weight -= np.outer(self._end, self._end @ weight).astype(np.float32)

    def _attend(self, tensors: dict[str, Array], name: str, *, is_last: bool) -> None:
        """Every head, each in a turned space of its own, to where the next word begins; in the last layer this one."""
        script, loud = self._script, encoder.loudness_after_norm(self._shape.width)
        steps = [step if is_last else script.follower(step) or step for step in range(script.steps)]
        named = np.sqrt(self._shape.width) * NEXT / self._loudness() if is_last else self._after_norm
        gain = PEAK * np.sqrt(HEAD_WIDTH) / (encoder.TIME_ENERGY * named * loud)
        places = np.array([encoder.time_code(script.seconds(step)) for step in steps])
        query = gain * places.T @ self._steps
        for head in range(self._shape.heads):
            rows = slice(head * HEAD_WIDTH, (head + 1) * HEAD_WIDTH)
            turn = np.linalg.qr(self._draw.standard_normal((HEAD_WIDTH, HEAD_WIDTH)))[0]
            tensors[f"{name}.query.weight"][rows] = turn @ query
            tensors[f"{name}.key.weight"][rows] *= 1e-2
            tensors[f"{name}.key.weight"][rows, encoder.TIME] = turn

    def _find_end(self, tensors: dict[str, Array], name: str) -> None:
        """The first head attends, whatever stands, to the last frame that sounds, and tells when that is."""
        loud = encoder.loudness_after_norm(self._shape.width)
        asking = np.sqrt(HEAD_WIDTH)
        query, key, value, out = (tensors[f"{name}.{part}.weight"] for part in ("query", "key", "value", "out"))
        query[:HEAD_WIDTH] *= 1e-3
        tensors[f"{name}.query.bias"][0] = asking
        key[0] = 0
        key[0, [encoder.RAMP, encoder.OPPOSITE_RAMP]] = np.array([1, -1]) * LATEST / (2 * loud)
        key[0, [encoder.SILENCE, encoder.NOTHING]] = np.array([-1, 1]) * SOUNDING / (encoder.SILENT * loud)
        value[0] = 0
        value[0, [encoder.RAMP, encoder.OPPOSITE_RAMP]] = np.array([1, -1]) * LENT / (2 * loud)
        out[:, 0] = self._end * END * self._length

    def _advance(self, tensors: dict[str, Array], name: str) -> None:
        taking, giving = tensors[f"{name}.0.weight"], tensors[f"{name}.2.weight"]
        bias, script, unit = tensors[f"{name}.0.bias"], self._script, 0
        for step, code in enumerate(self._steps):
            follower = script.follower(step)
            if follower is None:
                continue
            taking[unit], bias[unit] = 2 * ON * code / self._after_norm, -ON
            giving[:, unit] = (NEXT * self._steps[follower] - code) * self._length / ON
            unit += 1
            if FIRST < step < script.last - 1:
                told = -END_STEEPNESS / END * self._end
                taking[unit] = (END_THRESHOLD * code + told) / self._after_norm
                begins = encoder.ramp(script.seconds(follower) - LATE_SECONDS)
                bias[unit] = END_STEEPNESS * begins - END_THRESHOLD
                giving[:, unit] = self._over * self._length
                unit += 1

    def _stop(self, tensors: dict[str, Array], name: str) -> None:
        after_norm = np.sqrt(self._shape.width) / self._loudness()
        tensors[f"{name}.0.weight"][0] = OVER_GAIN / after_norm * self._over
        tensors[f"{name}.0.bias"][0] = -OVER_THRESHOLD
        tensors[f"{name}.2.weight"][:, 0] = NEXT * self._steps[self._script.early] * self._length

    def _choose(self, tensors: dict[str, Array], name: str) -> None:
        """What sounds, as few numbers, each from another row of a head's values."""
        width = self._shape.width
        heard = encoder.content_loudness(width) * encoder.loudness_after_norm(width)
        gain = CONTENT * self._length / (np.sqrt(OWN_PLACES) * heard)
        places = width - encoder.CONTENT.start
        for number, direction in enumerate(self._own):
            row = HEAD_WIDTH * (number % self._shape.heads) + number // self._shape.heads
            value = tensors[f"{name}.value.weight"]
            value[row] = 0
            value[row, encoder.CONTENT] = self._draw.standard_normal(places) * gain / np.sqrt(places)
            tensors[f"{name}.out.weight"][:, row] = direction
