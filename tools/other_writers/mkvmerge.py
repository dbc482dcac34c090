"""What mkvmerge writes."""

import itertools
from collections.abc import Iterator


def commands() -> Iterator[tuple[str, str]]:
    encoders = {
        "opus": "opusenc --quiet $STEREO $O.in",
        "mp3": "lame --quiet $STEREO $O.in",
        "flac": "flac --silent -o $O.in $STEREO",
        "vorbis": "oggenc --quiet -o $O.in $STEREO",
        "wav": "cp $STEREO $O.in",
        "aac": "ffmpeg -v error -i $STEREO -f mp4 -c:a aac $O.in",
        "ac3": "ffmpeg -v error -i $STEREO -f ac3 $O.in",
    }
    options = (
        "",
        "--compression -1:zlib",
        "--no-cues",
        "--cluster-length 100ms",
        "--disable-lacing",
        "--timestamp-scale 100000",
    )
    for encode, option in itertools.product(encoders.values(), options):
        compression = option.replace("-1:", "0:")
        own = compression if compression.startswith("--compression") else ""
        yield ".mka", f"{encode} && mkvmerge -q -o $O {'' if own else option} {own} $O.in"
