"""Where what the service is given goes: every host that it would talk to, and what that is told."""

from dataclasses import dataclass
from enum import StrEnum


class Use(StrEnum):
    """What a host is for."""

    DATABASE = "database"
    STORAGE = "storage"
    QUEUE = "queue"
    TRACES = "traces"
    MODELS = "models"
    PACKAGES = "packages"
    """The package index, which has models as well."""
    WEBHOOKS = "webhooks"
    URLS = "urls"


class Told(StrEnum):
    """The most that a host gets to know."""

    AUDIO = "audio"
    """And the text of it."""
    TEXT = "text"
    NAMES = "names"
    """Of jobs and objects, and how a job is to be done."""
    NOTHING = "nothing"
    """It is asked for files."""


class Place(StrEnum):
    """Where it is."""

    HERE = "here"
    """On the disks of this machine."""
    HOST = "host"
    CALLERS = "callers"
    """Wherever a caller says, as far as the service allows."""


@dataclass(frozen=True)
class Destination:
    """One of them; `host` has its name, and its port where one is set, if it is a host that settings name."""

    use: Use
    told: Told
    place: Place
    host: str | None = None
