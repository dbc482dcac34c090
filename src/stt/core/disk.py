"""Whether a folder's disk takes files, and what is wrong with one that does not."""

import contextlib
import errno
import os
import pwd
import tempfile
from collections.abc import Iterator
from pathlib import Path

from stt.domain.errors import Unavailable

PROBE_BYTES = 64 * 1024
"""What is written to see whether a disk has room: some blocks of any file system."""

_CONDITIONS = {
    errno.ENOSPC: "full",
    errno.EDQUOT: "full",
    errno.EROFS: "read-only",
    errno.EACCES: "read-only",
    errno.EPERM: "read-only",
    errno.ENOENT: "gone",
    errno.ENOTDIR: "gone",
    errno.ESTALE: "gone",
    errno.ENODEV: "gone",
}


def condition(error: OSError) -> str:
    """How a disk is that refused: `full`, `read-only`, `gone` or `failing`."""
    return _CONDITIONS.get(error.errno or 0, "failing")


def try_out(folder: Path) -> None:
    """Write 64 KiB there, flush them to the disk and let them go; raises the `OSError` of a disk that refuses.

    The file has no name where the system allows that, so that nothing is left of it even by a power cut.
    """
    with tempfile.TemporaryFile(dir=folder, prefix=".probe-", buffering=0) as probe:
        probe.write(bytes(PROBE_BYTES))
        os.fsync(probe.fileno())


def reason(error: OSError) -> str:
    """What the system says, and where something is forbidden in another user's folder, whose that is."""
    said = error.strerror or str(error)
    if error.errno in (errno.EACCES, errno.EPERM) and error.filename:
        path = Path(error.filename).absolute()
        place = next(filter(os.path.lexists, (path, *path.parents)))
        if (owner := place.lstat().st_uid) != os.geteuid():
            return f"{said}, {place} belongs to another user, {user_name(owner)}"
    return said


def user_name(user: int) -> str:
    """The name of a user id, or the number where this machine knows none."""
    try:
        return pwd.getpwuid(user).pw_name
    except KeyError:
        return str(user)


@contextlib.contextmanager
def refusals_as(
    kind: type[Unavailable], part: str, doing: str, *, full: type[Unavailable] | None = None
) -> Iterator[None]:
    """Turn an `OSError` into an outage that says what was being done, and to anybody how the disk of `part` is.

    `full` is for a disk that is full.
    """
    try:
        yield
    except OSError as error:
        is_full = condition(error) == "full"
        public = f"The disk of the {part} is {condition(error)}; try again later."
        raise (full if full and is_full else kind)(f"Could not {doing}: {reason(error)}.", public=public) from error
