"""How often something may be done: the generic cell rate algorithm.

It keeps one moment for each caller, the one at which as much is allowed again as ever. Who has been idle for the whole
window may do all of the quota at once; in the long run it is the quota per window. (ITU-T I.371, annex A.)
"""

import math
from dataclasses import dataclass

ROUNDING = 1e-6
"""Of a turn, by which sums of fractions may be off and nobody has to wait."""


@dataclass(frozen=True)
class Turn:
    """What came of asking: `left` of the quota, seconds until all of it is back, and until the next if it was none."""

    left: int
    resets_in: float
    wait: float


@dataclass
class Rate:
    """`quota` times within `window` seconds, by a clock in seconds that never goes back."""

    quota: int
    window: float
    _full_at: float = 0.0

    def take(self, now: float) -> Turn:
        """Do it once, if it may be done; `wait` is 0 then."""
        each = self.window / self.quota
        full_at = max(self._full_at, now)
        wait = full_at - now - (self.window - each)
        if wait > each * ROUNDING:
            return Turn(0, full_at - now, wait)
        self._full_at = full_at + each
        resets_in = self._full_at - now
        return Turn(math.floor((self.window - resets_in) / each + ROUNDING), resets_in, 0.0)
