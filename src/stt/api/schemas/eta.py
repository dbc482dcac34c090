"""When a job will be done."""

from typing import Self

from pydantic import BaseModel, ConfigDict, Field

from stt.domain.jobs.forecast import Forecast


class EtaBody(BaseModel):
    """When a job that waits or runs will be done, as far as what was measured tells."""

    model_config = ConfigDict(from_attributes=True)

    position: int = Field(description="Its place in line, from 1: in the order in which jobs will end.")
    p50: float | None = Field(
        description="In one of two cases it is done within so many seconds from now; `null` while nobody can tell."
    )
    p90: float | None = Field(description="In nine of ten cases it is done within so many.")

    @classmethod
    def of(cls, forecast: Forecast | None) -> Self | None:
        """The body of a forecast, if there is one."""
        if forecast is None:
            return None
        p50, p90 = (seconds and round(seconds, 1) for seconds in (forecast.p50, forecast.p90))
        return cls(position=forecast.position, p50=p50, p90=p90)
