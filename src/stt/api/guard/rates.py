"""How often each key is used; every process of the API counts for itself."""

import time

from stt.api.answers.rate_headers import REQUESTS, of_turn
from stt.domain.access.limits import Spent
from stt.domain.access.rate import Rate
from stt.domain.access.scopes import Access
from stt.domain.errors import LimitReached

WINDOW_SECONDS = 60.0
MOST_KEYS = 10_000


class Rates:
    """The rate of each key that has one."""

    def __init__(self) -> None:
        self._rates: dict[str, Rate] = {}

    def take(self, access: Access) -> dict[str, str]:
        """Count a request; headers that tell how many are left. Raises `LimitReached`."""
        quota, key_id = access.limits.requests_per_minute, access.key_id
        if quota is None or key_id is None:
            return {}
        rate = self._rates.get(key_id)
        if rate is None or rate.quota != quota:
            if len(self._rates) >= MOST_KEYS:
                self._rates.clear()
            rate = self._rates[key_id] = Rate(quota, WINDOW_SECONDS)
        turn = rate.take(time.monotonic())
        if turn.wait:
            sentence = f"The key {key_id} may be used for {quota} requests a minute."
            raise LimitReached(Spent(REQUESTS, quota, REQUESTS, sentence, turn.wait, WINDOW_SECONDS))
        return of_turn(rate, turn)
