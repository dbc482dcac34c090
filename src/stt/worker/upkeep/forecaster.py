"""What a consumer does so that the end of jobs can be told: it tells how fast it is, and checks earlier estimates."""

import math
from collections.abc import Callable

from stt.repositories.forecast_repository import ForecastRepository
from stt.worker.speedometer import Speedometer

FORECAST_SECONDS = 2.0
ROUNDS_BETWEEN_REPORTS = 5
"""A consumer that does nothing says only every so often that it is there."""
MOST_NOTED = 200
"""Jobs of which estimates are kept at once: they tell of the others."""


class Forecaster:
    """Of one consumer; every consumer does this, and what several do twice is written once."""

    def __init__(
        self,
        forecasts: ForecastRepository,
        speedometer: Speedometer,
        consumer_id: str,
        lacks_speakers: Callable[[], str | None],
    ) -> None:
        self._forecasts, self._speedometer, self._consumer_id = forecasts, speedometer, consumer_id
        self._lacks_speakers = lacks_speakers
        self._rounds = 0
        self._noted: set[tuple[str, str, int]] = set()

    async def look(self) -> None:
        """Once; raises `Unavailable`."""
        work = self._speedometer.take()
        if work or self._rounds % ROUNDS_BETWEEN_REPORTS == 0:
            await self._forecasts.report(self._consumer_id, work, self._lacks_speakers())
        self._rounds += 1
        await self._forecasts.settle()
        outlook = await self._forecasts.outlook()
        estimates = [(job.job_id, job.phase, outlook.estimate(job)) for job in outlook.line]
        known = [estimate for estimate in estimates if math.isfinite(estimate[2])][:MOST_NOTED]
        keys = {(job_id, phase.value, int(math.log2(estimated))) for job_id, phase, estimated in known}
        if not keys <= self._noted:
            await self._forecasts.note(known)
        self._noted = keys
