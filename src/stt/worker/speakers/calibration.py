"""How far apart two voices may be and still be one person's, found on the recording itself. Pure."""

import numpy as np
import numpy.typing as npt

from stt.worker.speakers.tracks import Pairs, Tracks

LEAST, MOST = 0.3, 0.75
"""Between these distances (1 − cosine) the threshold stays, whatever the recording says."""
SAME, DIFFERENT = 0.25, 0.75
"""How far apart one person's voices are as a rule, and two people's."""
BETWEEN = 0.37
"""Where the threshold lies on the way from the one to the other. Of four telephone calls three had the right number of
people with 0.35, two with 0.5; of twelve clear conversations eleven and twelve."""
AS_MUCH_AS = 3
"""How many pairs of the recording weigh as much as that rule."""
CLEAR_SECONDS = 1.0
"""A voice that is alone for less is no witness."""


def threshold_of(tracks: Tracks) -> float:
    """The distance from which voices are two people's.

    Two voices in one window are certainly two people's, and two that speak at the same moments of neighbouring windows
    certainly one's: the threshold lies between how far apart those are and how far these.
    """
    same, different = _distances(tracks, tracks.linked), _distances(tracks, tracks.apart)
    near, far = _typical(same, SAME), _typical(different, DIFFERENT)
    return float(np.clip(near + BETWEEN * (far - near), LEAST, MOST))


def _typical(distances: npt.NDArray[np.float32], rule: float) -> float:
    """Their median, as far as there are enough to say anything."""
    if not len(distances):
        return rule
    return (float(np.median(distances)) * len(distances) + rule * AS_MUCH_AS) / (len(distances) + AS_MUCH_AS)


def _distances(tracks: Tracks, pairs: Pairs) -> npt.NDArray[np.float32]:
    clear = pairs[(tracks.seconds[pairs] >= CLEAR_SECONDS).all(axis=1)]
    distances: npt.NDArray[np.float32] = 1 - np.einsum(
        "ij,ij->i", tracks.embeddings[clear[:, 0]], tracks.embeddings[clear[:, 1]]
    )
    return distances
