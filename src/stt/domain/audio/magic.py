"""The first bytes of files: containers of audio, and what is sometimes uploaded in their place."""

import re
from collections.abc import Callable

_LAYER_II = (32, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384)
_LAYER_III = (32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320)
_LOW_RATE = (8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160)
"""Bit rates of MPEG audio in kbit/s by index from 1 (ISO 11172-3, 13818-3)."""

_SAMPLE_RATES = (44_100, 48_000, 32_000)
_AC3_RATES = (32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384, 448, 512, 576, 640)
"""Bit rates of AC-3 in kbit/s by index (ETSI TS 102 366 §4.4.1)."""
_SYNC_BYTE = 0x47
_WAVE_64 = b"riff\x2e\x91\xcf\x11"
"""Sony Wave64 begins with an identifier of its own in place of RIFF."""
_PICTURE = re.compile(rb"....ftyp(?:heic|heix|hevc|mif1|msf1|avif|avis)", re.DOTALL)
_ISO_BOXES = frozenset({b"ftyp", b"moov", b"mdat", b"free", b"skip", b"wide", b"pnot", b"styp", b"moof"})

_FOREIGN = (
    (rb"#extm3u", "a playlist, which only points to audio"),
    (rb"ffconcat version", "a playlist, which only points to audio"),
    (rb"\[playlist\]", "a playlist, which only points to audio"),
    (rb"v=0\r?\n", "an SDP description of a stream, which holds no audio"),
    (rb"(<\?xml[^>]*>\s*)?(<!--.*?-->\s*)*<mpd", "a DASH manifest, which only points to audio"),
    (rb"<!doctype html|<html|<head", "a web page"),
    (rb"<\?xml|<svg", "an XML document"),
    (rb"version https://git-lfs", "a Git LFS pointer, which stands for a file that was not downloaded"),
    (rb"[{\[]\s*[\"{\[\d]", "a JSON document"),
    (rb"%pdf-", "a PDF document"),
    (rb"pk\x03\x04", "a ZIP archive"),
    (rb"rar!\x1a", "a RAR archive"),
    (rb"7z\xbc\xaf\x27\x1c", "a 7z archive"),
    (rb"\x1f\x8b", "a gzip archive"),
    (rb"\x89png", "a picture"),
    (rb"\xff\xd8\xff", "a picture"),
    (rb"gif8", "a picture"),
    (rb"....ftyp(heic|heix|hevc|mif1|msf1|avif|avis)", "a picture"),
    (rb"mthd\x00\x00\x00\x06", "a MIDI file, which holds notes and no sound"),
    (rb"\x02?#!silk_v3", "a voice message in SILK"),
    (rb"\.rmf", "RealMedia"),
    (rb"\.ra\xfd", "RealAudio"),
    (rb"mz", "a Windows program"),
    (rb"\x7felf", "a program"),
)
_FOREIGN_SIGNS = tuple((re.compile(sign, re.DOTALL | re.IGNORECASE), name) for sign, name in _FOREIGN)
_TEXT_LEAD = re.compile(rb"(?:\xef\xbb\xbf)?\s*")


def skip_id3(head: bytes) -> bytes:
    """What follows the ID3v2 tags and the zero padding at the beginning, empty if that lies beyond `head`.

    The very object `head` if there is no tag.
    """
    body = head
    while body[:3] == b"ID3" and len(body) >= 10 and max(body[6:10]) < 0x80:
        size = sum(byte << shift for byte, shift in zip(body[6:10], (21, 14, 7, 0), strict=True))
        footer = 10 if body[5] & 0x10 else 0
        body = body[10 + size + footer :].lstrip(b"\0")
    return body


def is_wave(head: bytes) -> bool:
    """RIFF, or one of its 64-bit kinds."""
    return (head[:4] in (b"RIFF", b"RF64", b"BW64") and head[8:12] == b"WAVE") or head.startswith(_WAVE_64)


def is_iso_media(head: bytes) -> bool:
    """The box structure of MP4, M4A, QuickTime and 3GP, unless it holds a picture."""
    return head[4:8] in _ISO_BOXES and not _PICTURE.match(head)


def is_mpeg_stream(head: bytes) -> bool:
    """A program stream, or three packets of a transport stream, as broadcast or with times (ISO 13818-1, M2TS)."""
    if head.startswith(b"\0\0\1\xba"):
        return True
    return any(
        len(head) > first + 2 * length and all(head[first + i * length] == _SYNC_BYTE for i in range(3))
        for first, length in ((0, 188), (4, 192), (0, 204))
    )


def is_ac3_stream(head: bytes) -> bool:
    """Bare AC-3 or E-AC-3: two frames in a row."""
    return _frames_from(head, 0, _ac3_frame_bytes, 2)


def is_aac_stream(head: bytes) -> bool:
    """Bare AAC: ADIF, or two frames of ADTS or LOAS in a row."""
    frames = (_adts_frame_bytes, _loas_frame_bytes)
    return head[:4] == b"ADIF" or any(_frames_from(head, 0, frame_bytes, 2) for frame_bytes in frames)


def is_mpeg_audio(head: bytes) -> bool:
    """Two frames of MPEG audio in a row at the beginning, or behind zero padding."""
    return _frames_from(head, len(head) - len(head.lstrip(b"\0")), _mpeg_frame_bytes, 2)


def has_mpeg_frames(head: bytes) -> bool:
    """Three frames of MPEG audio in a row somewhere: encoders and recorders leave odd things before the first."""
    starts = (match.start() for match in re.finditer(rb"\xff[\xe2-\xfd]", head))
    return any(_frames_from(head, start, _mpeg_frame_bytes, 3, whole=True) for start in starts)


def foreign(head: bytes) -> str | None:
    """What content that is no accepted audio looks like, in words that complete "it is …"."""
    start = _TEXT_LEAD.match(head)
    text = head[start.end() if start else 0 :]
    names = (name for sign, name in _FOREIGN_SIGNS if sign.match(head) or sign.match(text))
    return next(names, None)


def _frames_from(
    head: bytes, start: int, frame_bytes: Callable[[bytes], int], count: int, *, whole: bool = False
) -> bool:
    """Whether `count` frames follow each other from `start`; fewer do where `head` ends, unless `whole`."""
    at = start
    for _ in range(count):
        if at > start and at + 7 > len(head):
            return not whole
        size = frame_bytes(head[at : at + 7])
        if not size:
            return False
        at += size
    return True


def _adts_frame_bytes(header: bytes) -> int:
    """Length of the ADTS frame that begins with `header`, 0 if none does (ISO 13818-7)."""
    if len(header) < 7 or header[0] != 0xFF or header[1] & 0xF6 != 0xF0 or (header[2] >> 2) & 0xF > 12:
        return 0
    size = (header[3] & 3) << 11 | header[4] << 3 | header[5] >> 5
    return size if size >= 7 else 0


def _loas_frame_bytes(header: bytes) -> int:
    """Length of the LOAS frame that begins with `header`, 0 if none does (ISO 14496-3 §1.7.2)."""
    if len(header) < 3 or header[0] != 0x56 or header[1] & 0xE0 != 0xE0:
        return 0
    return 3 + ((header[1] & 0x1F) << 8 | header[2])


def _ac3_frame_bytes(header: bytes) -> int:
    """Length of the AC-3 or E-AC-3 frame that begins with `header`, 0 if none does (ETSI TS 102 366)."""
    if len(header) < 6 or header[:2] != b"\x0b\x77":
        return 0
    version = header[5] >> 3
    if version > 10:
        return 2 * (((header[2] & 7) << 8 | header[3]) + 1)
    sample_rate, size = header[4] >> 6, header[4] & 0x3F
    if sample_rate == 3 or size >= 2 * len(_AC3_RATES):
        return 0
    odd = size % 2 if sample_rate == 1 else 0
    return 2 * (96_000 * _AC3_RATES[size // 2] // (48_000, 44_100, 32_000)[sample_rate] + odd)


def _mpeg_frame_bytes(header: bytes) -> int:
    """Length of the layer II or III frame that begins with `header`, 0 if none does (ISO 11172-3, 13818-3)."""
    if len(header) < 4 or header[0] != 0xFF or header[1] & 0xE0 != 0xE0:
        return 0
    version, layer = (header[1] >> 3) & 3, (header[1] >> 1) & 3
    bit_rate, sample_rate = header[2] >> 4, (header[2] >> 2) & 3
    if version == 1 or layer not in (1, 2) or not 0 < bit_rate < 15 or sample_rate == 3:
        return 0
    full_rate, layer_iii = version == 3, layer == 1
    rates = (_LAYER_III if layer_iii else _LAYER_II) if full_rate else _LOW_RATE
    hertz = _SAMPLE_RATES[sample_rate] // {3: 1, 2: 2, 0: 4}[version]
    slots = 72 if layer_iii and not full_rate else 144
    return slots * rates[bit_rate - 1] * 1000 // hertz + ((header[2] >> 1) & 1)
