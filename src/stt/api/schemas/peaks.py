"""The outline of a recording."""

from pydantic import BaseModel, ConfigDict, Field


class PeaksBody(BaseModel):
    """What a waveform is drawn from: the loudest moment in each of equal parts of a time, in seconds."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"start": 0.0, "end": 2.0, "peaks": [12, 130, 96, 4]}]})

    start: float
    end: float
    peaks: list[int] = Field(description="From 0 to 255; the square root of the amplitude, of which 1 is full scale.")
