"""When jobs will be done."""

import asyncio
import time

import structlog

from stt.domain.errors import Unavailable
from stt.domain.jobs.forecast import Forecast, Outlook
from stt.repositories.forecast_repository import ForecastRepository

log = structlog.get_logger()

FRESH_SECONDS = 1.0
"""So long everybody is told from the same look at the line."""
MOST_OF_THE_TIME = 20
"""And so many times longer than the look took."""


class ForecastService:
    """Forecasts for all who ask, from one look at the line now and then."""

    def __init__(self, forecasts: ForecastRepository) -> None:
        self._forecasts = forecasts
        self._outlook = Outlook([], {}, [])
        self._fresh_until = 0.0
        self._looking = asyncio.Lock()

    async def of(self, job_id: str) -> Forecast | None:
        """The forecast for a job; `None` for one that has ended or just come, and while nobody can tell."""
        if time.monotonic() >= self._fresh_until:
            async with self._looking:
                if time.monotonic() >= self._fresh_until:
                    await self._look()
        return self._outlook.forecast(job_id)

    async def _look(self) -> None:
        began = time.monotonic()
        try:
            self._outlook = await self._forecasts.outlook()
        except Unavailable as error:
            log.warning("no_forecast", reason=error.message)
            self._outlook = Outlook([], {}, [])
        ended = time.monotonic()
        self._fresh_until = ended + max(FRESH_SECONDS, MOST_OF_THE_TIME * (ended - began))
