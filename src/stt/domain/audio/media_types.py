"""By which name HTTP knows the content of a file (IANA's list, and what browsers use beside it)."""

import re

from stt.domain.audio.media import Family, recognise

UNKNOWN = "application/octet-stream"

_BY_FAMILY = {
    Family.MP3: "audio/mpeg",
    Family.WAV: "audio/wav",
    Family.FLAC: "audio/flac",
    Family.OGG: "audio/ogg",
    Family.AAC: "audio/aac",
    Family.AMR: "audio/amr",
    Family.AIFF: "audio/aiff",
    Family.CAF: "audio/x-caf",
    Family.WMA: "video/x-ms-asf",
    Family.AVI: "video/x-msvideo",
    Family.FLV: "video/x-flv",
    Family.AU: "audio/basic",
    Family.AC3: "audio/ac3",
    Family.DTS: "audio/vnd.dts",
    Family.TRUEHD: "audio/vnd.dolby.mlp",
    Family.WAVPACK: "audio/x-wavpack",
    Family.TTA: "audio/x-tta",
    Family.APE: "audio/x-ape",
    Family.VOC: "audio/x-voc",
}
_PICTURES = re.compile(rb"V_[A-Z]")
"""How the names of codecs of pictures begin in Matroska; those of sound begin with A_."""


def media_type_of(head: bytes) -> str:
    """The media type of a file that begins with `head`, whatever its name is; see `HEAD_BYTES`."""
    families = recognise(head)
    if not families:
        return UNKNOWN
    match families[0]:
        case Family.MP4:
            return _iso_media(head[8:12])
        case Family.MATROSKA:
            kind = "video" if _PICTURES.search(head) else "audio"
            return f"{kind}/webm" if b"webm" in head[:64] else f"{kind}/x-matroska"
        case Family.MPEG:
            return "video/mpeg" if head.startswith(b"\0\0\1\xba") else "video/mp2t"
        case family:
            return _BY_FAMILY[family]


def _iso_media(brand: bytes) -> str:
    if brand in (b"M4A ", b"M4B "):
        return "audio/mp4"
    if brand.startswith(b"3g"):
        return "video/3gpp"
    return "video/quicktime" if brand == b"qt  " else "video/mp4"
