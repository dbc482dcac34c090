"""Where settings let audio and text go."""

import os
from urllib.parse import urlsplit

from stt.core.config import Settings
from stt.domain.access.destinations import Destination, Place, Told, Use

HUB = "https://huggingface.co"
"""Unless HF_ENDPOINT, which the hub's own library reads, says another."""


def destinations_of(settings: Settings) -> tuple[Destination, ...]:
    """Every host that the service would talk to; no secret of any URL is in it."""
    found = [
        # With the recordings by which speakers are known.
        _destination(Use.DATABASE, Told.AUDIO, settings.database_url),
        _destination(Use.STORAGE, Told.AUDIO, settings.minio_endpoint),
        _destination(Use.QUEUE, Told.NAMES, settings.rabbitmq_url),
    ]
    if settings.otlp_endpoint:
        found.append(_destination(Use.TRACES, Told.NAMES, settings.otlp_endpoint))
    if settings.model_downloads:
        found.append(_destination(Use.MODELS, Told.NOTHING, os.environ.get("HF_ENDPOINT") or HUB))
        found.append(Destination(Use.PACKAGES, Told.NOTHING, Place.HOST))
    found.append(Destination(Use.WEBHOOKS, Told.NAMES, Place.CALLERS))
    found.append(Destination(Use.URLS, Told.NOTHING, Place.CALLERS))
    return tuple(found)


def _destination(use: Use, told: Told, url: str) -> Destination:
    """Of a URL, or of `host:port`."""
    host = urlsplit(url if "://" in url else f"//{url}").netloc.rpartition("@")[2]
    return Destination(use, told, Place.HOST, host) if host else Destination(use, told, Place.HERE)
