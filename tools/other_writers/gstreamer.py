"""What GStreamer writes."""

from collections.abc import Iterator

MUXERS = {
    "opusenc": ("oggmux .opus", "webmmux .webm", "webmmux streamable=true .webm", "matroskamux .mkv", "mpegtsmux .ts"),
    "vorbisenc": ("oggmux .ogg", "webmmux .webm", "matroskamux .mkv"),
    "flacenc": (".flac", "oggmux .ogg", "matroskamux .mkv"),
    "lamemp3enc": (".mp3", "xingmux .mp3", "id3v2mux .mp3", "matroskamux .mkv", "mp4mux .mp4"),
    "voaacenc ! aacparse": (
        "mp4mux .m4a",
        "qtmux .mov",
        "mp4mux fragment-duration=1000 .mp4",
        "qtmux faststart=true .mov",
        "matroskamux .mkv",
        "flvmux .flv",
        "mpegtsmux .ts",
        "3gppmux .3gp",
    ),
    "wavenc": (".wav",),
    "aiffmux": (".aiff",),
    "avimux": (".avi",),
    "qtmux": (".mov",),
    "matroskamux": (".mkv",),
    "alawenc ! wavenc": (".wav",),
    "mulawenc ! wavenc": (".wav",),
    "wavpackenc": (".wv",),
    "twolamemp2enc ! mpegaudioparse": (".mp2", "mpegtsmux .ts", "avimux .avi"),
    "avenc_ac3 ! ac3parse": (".ac3", "mpegtsmux .ts", "matroskamux .mkv"),
    "avenc_alac": ("mp4mux .m4a",),
}


def commands() -> Iterator[tuple[str, str]]:
    def pipeline(rest: str, source: str = "$STEREO") -> str:
        parse = "wavparse ! audioconvert ! audioresample"
        return f"gst-launch-1.0 -q filesrc location={source} ! {parse} ! {rest} ! filesink location=$O"

    for encoder, muxers in MUXERS.items():
        for muxer in muxers:
            *muxing, extension = muxer.split(" ")
            yield extension, pipeline(" ! ".join(filter(None, (encoder, " ".join(muxing)))))
    yield ".spx", pipeline("speexenc ! oggmux", "$I")
