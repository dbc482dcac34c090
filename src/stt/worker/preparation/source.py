"""Opening what people upload with FFmpeg: which formats, which decoders, and why not. The file may be hostile."""

import contextlib
import functools
from collections.abc import Iterator
from pathlib import Path

import av
from av.audio.codeccontext import AudioCodecContext
from av.audio.stream import AudioStream
from av.container.input import InputContainer

from stt.worker.errors import AudioEncrypted, AudioUnreadable
from stt.worker.preparation.containers.part import Part

FORMATS = (
    "mov,mp3,wav,w64,flac,ogg,matroska,aac,loas,amr,aiff,caf,asf,mpegts,mpeg,au,avi,flv,ac3,eac3,dts,truehd,wv,tta,ape,"
    "voc"
)
"""Containers that hold their audio themselves. Playlists (HLS, DASH, concat) and session descriptions (SDP)
name other files or hosts and are never opened."""
PROTOCOLS = "file,subfile"
NO_DECODERS = ("anull", "wavesynth")
"""Among FFmpeg's decoders of sound: they decode nothing, or make sound up."""
BETTER_DECODERS = {"amrnb": "libopencore_amrnb", "amrwb": "libopencore_amrwb"}
"""FFmpeg's own know no pauses (discontinuous transmission), which telephones leave out of what they record."""
ENCRYPTED = "The audio is encrypted and cannot be read without its key; upload a copy without protection."
_ENCRYPTED_TAGS = ("enca", "drms", "aavd")
"""Sample entries of encrypted sound in MP4 (ISO 14496-12 §8.12): common encryption, FairPlay, Audible. FFmpeg tells of
the first with every packet too, and hides the entry."""
_WMA_ENCRYPTION = (
    bytes.fromhex("fbb3112223bdd211b4b700a0c955fc6e"),
    bytes.fromhex("14e68a292226174cb935dae07ee9289c"),
)
"""The content encryption objects in the header of an ASF (Microsoft, Advanced Systems Format §3.14, §3.15)."""
_WMA_HEADER_BYTES = 64 * 1024


@functools.cache
def codecs() -> frozenset[str]:
    """FFmpeg's own decoders of sound that are no experiments.

    Of sound alone: it would otherwise decode pictures too while it looks into a file, and those decoders are where
    most of its vulnerabilities are.
    """
    names = {name for name in av.codecs_available if not name.startswith("lib") and name not in NO_DECODERS}
    return frozenset(name for name in names if _decodes_sound(name))


def _decodes_sound(name: str) -> bool:
    try:
        codec = av.Codec(name, "r")
    except ValueError:  # of the kind that only encodes
        return False
    return codec.type == "audio" and not codec.experimental


@functools.cache
def options() -> dict[str, str]:
    """What FFmpeg may do with a file."""
    return {
        "format_whitelist": FORMATS,
        "protocol_whitelist": PROTOCOLS,
        "codec_whitelist": ",".join(sorted(codecs())),
    }


@contextlib.contextmanager
def opened(path: Path, part: Part) -> Iterator[InputContainer]:
    """A part of a file; raises `AudioUnreadable`, also for what FFmpeg cannot do with it while it is open."""
    # A file that is missing or locked is found out here: FFmpeg reports damage as input errors too.
    path.open("rb").close()
    # The prefix keeps a name with a colon in it from being read as a protocol.
    url = f"file:{path.absolute()}"
    if (part.start, part.end) != (0, path.stat().st_size):
        url = f"subfile,,start,{part.start},end,{part.end},,:{url}"
    wanted = options() | ({"ignore_length": "1"} if part.overlong else {})
    try:
        container = av.open(url, options=wanted, metadata_errors="replace")
    except av.FFmpegError as error:
        raise AudioUnreadable(
            f"The file cannot be read: {reason(error)}. It should be MP3, WAV, M4A, MP4, FLAC, Ogg, Opus, "
            "WebM, Matroska or AAC; if it is, its beginning or its index is damaged or missing."
        ) from error
    with container:
        try:
            yield container
        except av.FFmpegError as error:
            raise AudioUnreadable(f"The audio in the file cannot be converted: {reason(error)}.") from error


def audio_streams(container: InputContainer) -> list[AudioStream]:
    """Every audio track, readable or not; raises `AudioUnreadable` if there is none."""
    if not container.streams.audio:
        kinds = " and ".join(sorted({stream.type for stream in container.streams})) or "metadata"
        raise AudioUnreadable(f"The file has no audio track; it holds only {kinds}.")
    return list(container.streams.audio)


def why_unreadable(stream: AudioStream, path: Path) -> AudioUnreadable | None:
    """What keeps a track from being decoded, `None` if nothing does."""
    if _is_encrypted(stream, path):
        return AudioEncrypted(ENCRYPTED)
    name = getattr(stream.codec_context, "name", None)
    if name not in codecs():
        coding = name or "a codec that is not known here"
        return AudioUnreadable(f"The audio is encoded as {coding}, which is not accepted; use AAC or FLAC.")
    return None


def decoder_of(stream: AudioStream) -> AudioCodecContext:
    """What decodes the packets of a track: FFmpeg's own decoder, or one beside it that knows more of the coding."""
    better = BETTER_DECODERS.get(stream.codec_context.name)
    if better is None or better not in av.codecs_available:
        return stream.codec_context
    context = av.CodecContext.create(better, "r")
    if not isinstance(context, AudioCodecContext):
        raise TypeError(f"{better} decodes no sound.")
    return context


def _is_encrypted(stream: AudioStream, path: Path) -> bool:
    if _tag(stream) in _ENCRYPTED_TAGS or "enc_key_id" in stream.metadata:
        return True
    if stream.container.format.name != "asf":
        return False
    with path.open("rb") as file:
        head = file.read(_WMA_HEADER_BYTES)
    return any(object_id in head for object_id in _WMA_ENCRYPTION)


def _tag(stream: AudioStream) -> str:
    """The container's name for the coding, if it is a name: in WAV and AVI it is a number."""
    try:
        return stream.codec_context.codec_tag
    except (AttributeError, UnicodeDecodeError):
        return ""


def reason(error: av.FFmpegError) -> str:
    """FFmpeg's words without the path, which is nobody's business."""
    return error.strerror or type(error).__name__
