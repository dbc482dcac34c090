"""What another FFmpeg writes."""

import itertools
from collections.abc import Iterator

CONTAINERS = {
    "aac": (".aac", ".mkv", ".ts", ".flv", ".avi"),
    "libmp3lame": (".mkv", ".mp4", ".avi", ".flv", ".ts", ".wav", ".mov"),
    "libopus": (".webm", ".mkv", ".mp4", ".ts", ".ogg"),
    "libvorbis": (".webm", ".mkv", ".ogg", ".mp4"),
    "flac": (".mkv", ".ogg", ".caf"),
    "alac": (".m4a", ".mov", ".caf", ".mkv"),
    "ac3": (".ac3", ".mkv", ".mp4", ".ts", ".mov", ".vob"),
    "eac3": (".eac3", ".mp4", ".ts", ".mkv"),
    "mp2": (".mp2", ".mpg", ".ts", ".mkv", ".avi"),
    "wavpack": (".mka", ".wv"),
    "tta": (".mka", ".tta"),
    "wmav1": (".wma", ".avi"),
    "wmav2": (".wma", ".asf", ".wmv"),
    "pcm_s16le": (".avi", ".mov", ".mkv", ".w64", ".caf"),
    "pcm_s24be": (".mov", ".aiff", ".au"),
    "pcm_f32le": (".mov", ".mkv", ".wav"),
    "adpcm_ima_qt": (".mov",),
    "pcm_alaw": (".mov", ".wav", ".mkv"),
}
RATES = (
    ("g722", 16_000, ".wav"),
    ("g726", 8_000, ".wav"),
    ("g726", 8_000, ".mka"),
    ("libgsm_ms", 8_000, ".wav"),
    ("adpcm_yamaha", 16_000, ".wav"),
    ("adpcm_swf", 22_050, ".flv"),
    ("nellymoser", 16_000, ".flv"),
    ("libspeex", 16_000, ".flv"),
    ("truehd -strict -2", 48_000, ".mkv"),
    ("truehd -strict -2", 48_000, ".thd"),
    ("dca -strict -2", 48_000, ".dts"),
    ("dca -strict -2", 48_000, ".mkv"),
    ("pcm_s16le -rf64 always", 16_000, ".wav"),
)


def commands() -> Iterator[tuple[str, str]]:
    write_one = "ffmpeg -v error -y -i"
    fragments = "-movflags frag_keyframe+empty_moov -frag_duration 500000"
    for extension, movflags in itertools.product(
        (".m4a", ".mp4", ".mov", ".m4b", ".3gp"),
        ("", "-movflags +faststart", fragments, "-movflags +dash", "-use_editlist 0"),
    ):
        yield extension, f"{write_one} $STEREO -c:a aac {movflags} $O"
    for codec, extensions in CONTAINERS.items():
        for extension in extensions:
            yield extension, f"{write_one} $STEREO -ar 48000 -c:a {codec} $O"
    for codec, rate, extension in RATES:
        source = "$STEREO" if rate == 48_000 else "$I"
        yield extension, f"{write_one} {source} -ar {rate} -c:a {codec} $O"
    yield ".webm", f"{write_one} $I -c:a libopus -live 1 -f webm - | cat > $O"
    yield ".mkv", f"{write_one} $I -c:a libopus -f matroska - | cat > $O"
    yield ".loas", f"{write_one} $I -c:a aac -f latm $O"
    yield ".m2ts", f"{write_one} $STEREO -c:a ac3 -mpegts_m2ts_mode 1 -f mpegts $O"
    yield ".mp4", f"{write_one} $STEREO -f lavfi -i testsrc=r=10:s=64x64:d=4 -c:a aac -c:v mpeg4 $O"
