"""The names under which the service may be asked for."""

import ipaddress
from collections.abc import Collection


class Hosts:
    """Names that the `Host` of a request may have.

    A page can make a name of its own point to this machine while a browser shows it, and then read what a service here
    answers to everybody (DNS rebinding). No page can do that to an address, nor to `localhost`.
    """

    def __init__(self, names: Collection[str] = ()) -> None:
        self._names = {_bare(name) for name in names}

    def allow(self, host: str | None, *, everybody_may: bool) -> bool:
        """Whether a request for this `Host` is meant; where no names were listed, only what needs no key is checked."""
        if host is None or "*" in self._names:
            return True
        name = _bare(host)
        if _is_address(name) or name == "localhost" or name.endswith(".localhost"):
            return True
        return self._lists(name) if self._names else not everybody_may

    def _lists(self, name: str) -> bool:
        _, _, parent = name.partition(".")
        return name in self._names or f"*.{parent}" in self._names


def _bare(host: str) -> str:
    """A host as names are compared: without its port and the brackets of an address, in small letters."""
    host = host.strip().lower()
    if host.startswith("["):
        return host[1:].partition("]")[0]
    return host.partition(":")[0].rstrip(".")


def _is_address(name: str) -> bool:
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True
