"""MP3: frames without a header, the first of which may hold a tag that states how many there are, and their bytes."""

from stt.worker.preparation.containers import tags
from stt.worker.preparation.containers.content import Content
from stt.worker.preparation.containers.part import Part

_FIRST_BYTES = 4096
_LARGEST_FRAME = 2881
_HAS_FRAMES, _HAS_BYTES = 1, 2


def parts(content: Content) -> list[Part]:
    """One: FFmpeg reads on where files were joined. It is cut when it holds less than its first frame states."""
    stated, size = _stated(content)
    return [Part(0, content.size, stated - size > _LARGEST_FRAME if stated else None)]


def states_length(content: Content) -> bool:
    """Whether there is such a tag (Xing, Info or VBRI), and it is of all of the file and not of the first of several.

    FFmpeg believes it unless the file is larger by more than a sixteenth.
    """
    stated, size = _stated(content)
    return stated is not None and (stated == 0 or stated >= size - min(stated, size) // 16)


def _stated(content: Content) -> tuple[int | None, int]:
    """Bytes that the tag states, 0 if only the number of frames; and how many there are from the first frame on."""
    behind = tags.sound_start(content)
    first = content.at(behind, _FIRST_BYTES)
    size = content.size - behind
    if (at := first.find(b"VBRI")) >= 0:
        # Behind the mark: version, delay and quality in two bytes each, then bytes and frames in four.
        return int.from_bytes(first[at + 10 : at + 14], "big"), size
    at = max(first.find(b"Xing"), first.find(b"Info"))
    flags = int.from_bytes(first[at + 4 : at + 8], "big") if at >= 0 else 0
    if not flags & _HAS_FRAMES:
        return None, size
    return int.from_bytes(first[at + 12 : at + 16], "big") if flags & _HAS_BYTES else 0, size
