"""Names of objects in storage. Keys are made here and nowhere else."""

import re
import unicodedata
from hashlib import sha256
from uuid import UUID

JOB_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,63}")
"""What a job id may look like; ids from foreign producers are held to it because they become part of keys."""

UPLOADS = "uploads/"
"""What every key of an uploaded file begins with."""

_UNSAFE = re.compile(r"[^\w.\-]+")
_MAX_NAME_BYTES = 120


def safe_filename(original: str) -> str:
    """A name for `original` that is safe in a key and in a path: no separators, no control characters, not hidden.

    Letters of any script stay; everything else becomes `_`. At most 120 bytes, the extension kept.
    """
    base = unicodedata.normalize("NFC", original).replace("\\", "/").rsplit("/", 1)[-1]
    stem, dot, extension = _UNSAFE.sub("_", base).lstrip(".").rpartition(".")
    if not dot:
        stem, extension = extension, ""
    suffix = f".{extension[:16]}" if extension else ""
    room = _MAX_NAME_BYTES - len(suffix.encode())
    stem = stem.encode()[:room].decode(errors="ignore").strip("._") or "audio"
    return stem + suffix


def job_id_from(random: UUID) -> str:
    """An id that nobody guesses and `is_made_here` knows again: the last four of its bytes check the others."""
    return str(UUID(bytes=random.bytes[:12] + _check(random.bytes)))


def is_made_here(job_id: str) -> bool:
    """Whether an id is one of `job_id_from`; of ids that others make, one in 2³² passes for one."""
    try:
        given = UUID(job_id)
    except ValueError:
        return False
    return str(given) == job_id and given.bytes[12:] == _check(given.bytes)


def _check(made: bytes) -> bytes:
    return sha256(b"stt job " + made[:12]).digest()[:4]


def upload_key(job_id: str, filename: str) -> str:
    """Where the uploaded file lies."""
    return f"{UPLOADS}{job_id}/{safe_filename(filename)}"


def upload_prefix(job_id: str) -> str:
    """Where the uploaded file of a job lies, and nothing else."""
    return f"{UPLOADS}{job_id}/"


def is_upload_of(job_id: str, key: str) -> bool:
    """Whether a file was uploaded to this service, for that job; others are not its own to remove."""
    return key.startswith(upload_prefix(job_id))


def prefixes_of(job_id: str) -> tuple[str, ...]:
    """Where everything of a job lies that this service has stored."""
    return upload_prefix(job_id), chunk_prefix(job_id), result_prefix(job_id)


def chunk_prefix(job_id: str) -> str:
    """Where the chunks of a job lie while it runs."""
    return f"chunks/{job_id}/"


def chunk_key(job_id: str, index: int, mark: str = "") -> str:
    """Where the audio of one chunk lies that was cut by the attempt with this `mark` (see `Claim`)."""
    return f"{chunk_prefix(job_id)}{index:05d}{mark}.flac"


def result_prefix(job_id: str) -> str:
    """Where the result documents of all attempts lie, and the outline of the recording."""
    return f"results/{job_id}/"


def peaks_key(job_id: str) -> str:
    """Where the outline of the recording lies; every attempt writes the same."""
    return f"{result_prefix(job_id)}peaks"


def result_key(job_id: str, mark: str = "") -> str:
    """Where the result document lies that the attempt with this `mark` (see `Claim`) has written."""
    return f"{result_prefix(job_id)}transcription{mark}.json"
