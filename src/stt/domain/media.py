"""Which files are accepted: what their names may end in, and that their content agrees."""

from enum import Enum
from pathlib import PurePosixPath

from stt.domain import magic
from stt.domain.errors import InvalidRequest

HEAD_BYTES = 64 * 1024
"""How much of a file's beginning `check_media` wants to see; less only if the file is shorter."""


class Family(Enum):
    """Formats that share their first bytes; each with the extensions its files carry, the usual one first."""

    MP3 = (".mp3",)
    WAV = (".wav",)
    MP4 = (".m4a", ".mp4", ".m4b", ".mov")
    FLAC = (".flac",)
    OGG = (".ogg", ".opus", ".oga")
    MATROSKA = (".webm", ".mkv", ".mka")
    AAC = (".aac",)

    @property
    def label(self) -> str:
        """The name by which people know it."""
        return {Family.OGG: "Ogg", Family.MATROSKA: "WebM/Matroska"}.get(self, self.name)


EXTENSIONS = tuple(extension for family in Family for extension in family.value)
"""Every accepted extension, in lower case with its dot."""

_FAMILIES = {extension: family for family in Family for extension in family.value}


def check_name(filename: str) -> Family:
    """The family that the file's extension promises, whatever its case.

    Raises:
        InvalidRequest: code `unsupported_format`; the message names the accepted extensions.
    """
    extension = PurePosixPath(filename).suffix
    family = _FAMILIES.get(extension.lower())
    if family is None:
        wrong = f"ends in {extension!r}" if extension else "has no extension"
        raise InvalidRequest(f"{filename!r} {wrong}; accepted are {', '.join(EXTENSIONS)}.", code="unsupported_format")
    return family


def check_media(filename: str, head: bytes) -> None:
    """Whether a file that begins with `head` is what its name says.

    Raises:
        InvalidRequest: code `unsupported_format`, `file_empty` or `content_mismatch`.
    """
    family = check_name(filename)
    if not head:
        raise InvalidRequest(f"{filename!r} is empty: it has no bytes at all.", code="file_empty")
    found = recognise(head)
    if family not in found:
        raise InvalidRequest(_mismatch(filename, family, found, head), code="content_mismatch")


def recognise(head: bytes) -> tuple[Family, ...]:
    """The families that content beginning with `head` can belong to: usually one, or none.

    Several where only a tag is visible that more than one of them may carry in front.
    """
    body = magic.skip_id3(head)
    if body is not head and not body:
        return Family.MP3, Family.AAC, Family.FLAC
    for family, matches in _SIGNS:
        if matches(body):
            return (family,)
    if magic.foreign(body) is None and magic.has_mpeg_frames(body):
        return (Family.MP3,)
    return ()


_SIGNS = (
    (Family.WAV, magic.is_wave),
    (Family.MP4, magic.is_iso_media),
    (Family.FLAC, lambda head: head.startswith(b"fLaC")),
    (Family.OGG, lambda head: head.startswith(b"OggS")),
    (Family.MATROSKA, lambda head: head.startswith(b"\x1aE\xdf\xa3")),
    (Family.AAC, magic.is_aac_stream),
    (Family.MP3, magic.is_mpeg_audio),
)


def _mismatch(filename: str, family: Family, found: tuple[Family, ...], head: bytes) -> str:
    beginning = f"The content of {filename!r} is not {family.label}"
    if found:
        renamed = PurePosixPath(filename).stem + found[0].value[0]
        return f"{beginning} but {found[0].label}; name it {renamed!r} and upload it again."
    foreign = magic.foreign(head)
    if foreign:
        return f"{beginning} but {foreign}; upload the audio file itself."
    labels = ", ".join(other.label for other in Family)
    return (
        f"{beginning}, nor any other format accepted here ({labels}). It may be damaged or encrypted: "
        "check that it plays, or convert it to one of these and upload it again."
    )
