"""Several channels heard as one: none drowns among the others, and none cancels another."""

import re

import av
import numpy as np
import numpy.typing as npt

from stt.worker.audio.pcm import Pcm
from stt.worker.constants import SAMPLE_RATE

Sound = npt.NDArray[np.float32]
Weights = npt.NDArray[np.float64]

HOP = SAMPLE_RATE // 4
"""Weights (250 ms) for which the channels are weighed anew."""
RAMP = SAMPLE_RATE // 50
"""Weights (20 ms) in which the weights change, so that nothing clicks."""
ALIKE = 0.6
"""Correlation from which two channels hold the same sound, or its inverse. Of real speech with a second microphone 0.06
to 10 ms later the sign changes twice a minute at most; from 0.4 on twelve times, and with hops of 100 ms sixteen."""
LOST = 0.1
"""Part of the energy of the channels, each for itself, below which their plain sum has lost what they hold."""
LOW_TONES = 0.02
"""What differences between neighbouring samples hold of the energy of a tone at 360 Hz; a channel for low tones ends at
120 Hz."""
QUIET = 10.0
"""Root mean square of samples in which nothing can be told (-70 dB)."""

_CENTER = {"FC": 1.0}
_FRONT = dict.fromkeys(("FL", "FR", "DL", "DR", "FLC", "FRC"), 0.5**0.5)
_LOW = ("LFE", "LFE2")
_AROUND = 0.5
_UNPLACED = re.compile("NONE|UNK|UNSD|USR|AMBI")


class Mixer:
    """Mixes frames of one layout, piece by piece.

    Where speakers' positions are known each channel has the weight that it has in a downmix of them (ITU-R BS.775), the
    one for low tones only where it holds more than those. Microphones without positions share the gain by what each of
    them hears (D. Dugan, Automatic Microphone Mixing, JAES 1975): who speaks into one of sixty is as loud as into one
    of one.

    A channel that holds the inverse of the others is turned over first: a plain sum would cancel both.

    Attributes:
        cancelled: samples, so far, of which a plain sum would have lost nine tenths.
    """

    def __init__(self, layout: av.AudioLayout) -> None:
        names = [channel.name for channel in layout.channels]
        self._gains = _gains(names)
        self._low = [number for number, name in enumerate(names) if name in _LOW]
        self._signs = np.ones(layout.nb_channels)
        self._weights: Weights | None = None
        self.cancelled = 0

    def mix(self, pcm: Pcm) -> Pcm:
        """Weights of shape (channels, n) as one channel, shape (1, n)."""
        starts = range(0, pcm.shape[1], HOP)
        mixed = [self._hop(pcm[:, start : start + HOP].astype(np.float32)) for start in starts]
        return np.clip(np.rint(np.concatenate(mixed)), -32768, 32767).astype(np.int16)[np.newaxis]

    def _hop(self, sound: Sound) -> Sound:
        products: Weights = (sound @ sound.T).astype(np.float64)
        gains = _shared(products) if self._gains is None else self._without_low(self._gains.copy(), sound, products)
        floor = QUIET**2 * sound.shape[1]
        self._turn(products, gains, floor)
        apart = float(gains**2 @ products.diagonal())
        if apart > floor * float(gains.max()) ** 2 and gains @ products @ gains < LOST * apart:
            self.cancelled += sound.shape[1]
        weights = gains * self._signs
        mixed = _weighted(sound, weights)
        if self._weights is not None and not np.array_equal(self._weights, weights):
            length = min(RAMP, sound.shape[1])
            share = (np.arange(length) / RAMP).astype(np.float32)
            mixed[:length] = share * mixed[:length] + (1 - share) * _weighted(sound[:, :length], self._weights)
        self._weights = weights
        return mixed

    def _without_low(self, gains: Weights, sound: Sound, products: Weights) -> Weights:
        for channel in self._low:
            differences = np.diff(sound[channel])
            if differences @ differences <= LOW_TONES * products[channel, channel]:
                gains[channel] = 0
        return gains

    def _turn(self, products: Weights, gains: Weights, floor: float) -> None:
        """Give each channel the sign by which it adds to those louder than it; in doubt it keeps its own."""
        energies = gains**2 * products.diagonal()
        order = np.argsort(-energies, kind="stable")
        sum_of_louder = np.zeros(len(gains))
        energy = 0.0
        for channel in order:
            own = energies[channel]
            if own <= floor * gains[channel] ** 2:
                break
            common = gains[channel] * float(products[channel] @ sum_of_louder)
            if energy > 0 and abs(common) > ALIKE * (energy * own) ** 0.5:
                self._signs[channel] = np.sign(common)
            sum_of_louder[channel] = gains[channel] * self._signs[channel]
            energy += own + 2 * self._signs[channel] * common


def _weighted(sound: Sound, weights: Weights) -> Sound:
    mixed: Sound = weights.astype(np.float32) @ sound
    return mixed


def _gains(names: list[str]) -> Weights | None:
    """The weight of each channel, `None` for microphones that nobody placed."""
    if len(names) <= 2:
        return np.full(len(names), 1 / len(names))
    if any(_UNPLACED.match(name) for name in names):
        return None
    known = _CENTER | _FRONT
    weights: Weights = np.array([known.get(name, _AROUND) for name in names])
    weights /= weights.sum()
    return weights


def _shared(products: Weights) -> Weights:
    energies: Weights = products.diagonal() + 1.0
    energies /= energies.sum()
    return energies
