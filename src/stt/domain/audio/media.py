"""Which files are accepted: those whose content is a format that can be decoded, whatever their names say."""

from enum import Enum
from pathlib import PurePosixPath

from stt.domain.audio import magic
from stt.domain.errors import InvalidRequest

HEAD_BYTES = 64 * 1024
"""How much of a file's beginning `check_media` wants to see; less only if the file is shorter."""


class Family(Enum):
    """Formats that share their first bytes; each with the extensions its files carry, the usual one first."""

    MP3 = (".mp3", ".mpga", ".mp2", ".mpa")
    WAV = (".wav", ".wave", ".w64", ".rf64", ".bwf")
    MP4 = (".m4a", ".mp4", ".m4b", ".m4v", ".m4r", ".mov", ".qt", ".qta", ".3gp", ".3ga", ".3g2")
    FLAC = (".flac",)
    OGG = (".ogg", ".opus", ".oga", ".ogv", ".spx")
    MATROSKA = (".webm", ".mkv", ".mka", ".weba")
    AAC = (".aac", ".adts", ".loas")
    AMR = (".amr", ".awb")
    AIFF = (".aiff", ".aif", ".aifc")
    CAF = (".caf",)
    WMA = (".wma", ".asf", ".wmv")
    MPEG = (".mpeg", ".mpg", ".vob", ".ts", ".mts", ".m2ts")
    AVI = (".avi",)
    FLV = (".flv",)
    AU = (".au", ".snd")
    AC3 = (".ac3", ".eac3", ".ec3")
    DTS = (".dts",)
    TRUEHD = (".thd", ".truehd")
    WAVPACK = (".wv",)
    TTA = (".tta",)
    APE = (".ape",)
    VOC = (".voc",)

    @property
    def label(self) -> str:
        """The name by which people know it."""
        known = {
            Family.MP4: "MP4/M4A/MOV/3GP",
            Family.OGG: "Ogg",
            Family.MATROSKA: "WebM/Matroska",
            Family.TRUEHD: "TrueHD",
            Family.WAVPACK: "WavPack",
        }
        return known.get(self, self.name)


EXTENSIONS = tuple(extension for family in Family for extension in family.value)
"""Extensions of accepted formats, in lower case with their dots: what a program may offer to choose."""


def check_media(filename: str, head: bytes) -> None:
    """Whether a file that begins with `head` is of a format that can be decoded.

    Raises:
        InvalidRequest: code `file_empty`; `content_mismatch` where the name says that it is audio and the content is
            not, `unsupported_format` where neither does.
    """
    if not head:
        raise InvalidRequest(f"{filename!r} is empty: it has no bytes at all.", code="file_empty")
    if recognise(head):
        return
    extension = PurePosixPath(filename).suffix.lower()
    code = "content_mismatch" if extension in EXTENSIONS else "unsupported_format"
    raise InvalidRequest(_refusal(filename, head), code=code)


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
    (Family.AMR, lambda head: head.startswith((b"#!AMR\n", b"#!AMR-WB\n"))),
    (Family.AIFF, lambda head: head[:4] == b"FORM" and head[8:12] in (b"AIFF", b"AIFC")),
    (Family.CAF, lambda head: head.startswith(b"caff\0\1")),
    (Family.WMA, lambda head: head.startswith(b"\x30\x26\xb2\x75\x8e\x66\xcf\x11")),
    (Family.AVI, lambda head: head[:4] == b"RIFF" and head[8:12] == b"AVI "),
    (Family.FLV, lambda head: head.startswith(b"FLV\1")),
    (Family.AU, lambda head: head.startswith(b".snd\0\0")),
    (Family.WAVPACK, lambda head: head.startswith(b"wvpk")),
    (Family.TTA, lambda head: head.startswith((b"TTA1", b"TTA2"))),
    (Family.APE, lambda head: head.startswith(b"MAC ")),
    (Family.VOC, lambda head: head.startswith(b"Creative Voice File\x1a")),
    (Family.DTS, lambda head: head.startswith((b"\x7f\xfe\x80\x01", b"\xfe\x7f\x01\x80", b"DTSHDHDR"))),
    (Family.TRUEHD, lambda head: head[4:8] == b"\xf8\x72\x6f\xba"),
    (Family.MPEG, magic.is_mpeg_stream),
    (Family.AC3, magic.is_ac3_stream),
    (Family.AAC, magic.is_aac_stream),
    (Family.MP3, magic.is_mpeg_audio),
)


def _refusal(filename: str, head: bytes) -> str:
    beginning = f"{filename!r} holds no audio in a format accepted here"
    foreign = magic.foreign(head)
    if foreign:
        return f"{beginning}, but {foreign}; upload the audio file itself."
    labels = ", ".join(family.label for family in Family)
    return (
        f"{beginning} ({labels}). It may be damaged or encrypted: check that it plays, or convert it to one of these "
        "and upload it again."
    )
