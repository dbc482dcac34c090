"""The socket that the service listens on."""

import errno
import socket

from stt.cli.errors import CommandError

PORTS_TRIED = 100


def listen(host: str, port: int, *, next_free: bool = False) -> socket.socket:
    """A listening socket; with `next_free` on the first free port from `port` on.

    Raises:
        CommandError: the port is taken, or the address is none of this machine's.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    last = min(port + PORTS_TRIED, 65535) if next_free else port
    for candidate in range(port, last + 1):
        try:
            listener = socket.create_server((host, candidate), family=family)
            # Connections inherit it. asyncio sees no TCP in a socket made like this, and an answer in two parts would
            # wait 40 ms for the client to acknowledge the first.
            listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            return listener
        except OSError as error:
            reason = (error.strerror or str(error)).partition(" (")[0]
            if error.errno == errno.EADDRNOTAVAIL:
                raise CommandError(
                    f"Cannot listen on {host}: {reason}. Choose another address with --host or STT_HOST; where there "
                    "is IPv6 alone, ::1."
                ) from error
    raise CommandError(f"Cannot listen on {host}:{port}: {reason}. Choose another with --port or STT_PORT.")


def url_of(listener: socket.socket) -> str:
    """Where the service on a socket is reached from this machine."""
    host, port = listener.getsockname()[:2]
    here = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104  compared, not bound
    return f"http://[{here}]:{port}" if ":" in here else f"http://{here}:{port}"
