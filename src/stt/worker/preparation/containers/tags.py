"""Tags that programs put in front of sound and behind it, whatever format it has."""

from stt.worker.preparation.containers.content import Content

_ID3_HEAD = 10
_ID3V1 = 128
_APE_FOOT = 32
_APE_HAS_HEAD = 1 << 31


def sound_start(content: Content) -> int:
    """Where what stands behind an ID3v2 tag begins; 0 without one."""
    head = content.at(0, _ID3_HEAD)
    if head[:3] != b"ID3" or len(head) < _ID3_HEAD:
        return 0
    # Four bytes of seven bits each (id3.org, ID3v2.4 §6.2), the header itself not counted.
    return _ID3_HEAD + sum(byte << shift for byte, shift in zip(head[6:10], (21, 14, 7, 0), strict=True))


def sound_end(content: Content) -> int:
    """Where the last of the tags behind the sound begins that follow each other up to the end: ID3v1 and APEv2."""
    end = content.size
    while (shorter := _before_tag(content, end)) < end:
        end = shorter
    return end


def _before_tag(content: Content, end: int) -> int:
    if end > _ID3V1 and content.at(end - _ID3V1, 3) == b"TAG":
        return end - _ID3V1
    foot = content.at(end - _APE_FOOT, _APE_FOOT) if end > _APE_FOOT else b""
    if foot[:8] != b"APETAGEX":
        return end
    # Version, size with the foot and without the head, number of items, flags: four bytes each (APEv2).
    size, flags = (int.from_bytes(foot[at : at + 4], "little") for at in (12, 20))
    size += _APE_FOOT if flags & _APE_HAS_HEAD else 0
    return end - size if _APE_FOOT <= size < end else end
