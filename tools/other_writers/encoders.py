"""What the encoders of one coding write: LAME, opus-tools, flac, vorbis-tools, wavpack, speex, twolame."""

import itertools
from collections.abc import Iterator


def commands() -> Iterator[tuple[str, str]]:
    yield from _mp3()
    yield from _opus()
    yield from _flac()
    yield from _others()


def _mp3() -> Iterator[tuple[str, str]]:
    for mode, rates in itertools.product(("m", "j", "s", "d"), ("-b 64", "-b 320", "-V 0", "-V 9", "--abr 100", "-t")):
        yield ".mp3", f"lame --quiet -m {mode} {rates} $STEREO $O"
    for rate in ("8", "11.025", "12", "16", "22.05", "24", "32", "44.1", "48"):
        yield ".mp3", f"lame --quiet --resample {rate} $I $O"
    for tags in ("--id3v2-only --tt x", "--id3v1-only --tt x", "--pad-id3v2-size 90000 --tt x"):
        yield ".mp3", f"lame --quiet {tags} $STEREO $O"
    yield ".mp3", "cat $I | lame --quiet - - > $O"


def _opus() -> Iterator[tuple[str, str]]:
    for frame, bitrate in itertools.product(("2.5", "5", "10", "20", "40", "60"), (12, 64)):
        yield ".opus", f"opusenc --quiet --framesize {frame} --bitrate {bitrate} $I $O"
    for option in (
        "--hard-cbr",
        "--cvbr",
        "--max-delay 0",
        "--padding 8192",
        "--downmix-mono",
        "--music",
        "--serial 7",
    ):
        yield ".opus", f"opusenc --quiet {option} $STEREO $O"
    yield ".ogg", "opusenc --quiet $SIX $O"
    yield ".opus", "cat $I | opusenc --quiet - - > $O"


def _flac() -> Iterator[tuple[str, str]]:
    for level in range(9):
        yield ".flac", f"flac --silent -{level} -o $O $STEREO"
    for option in ("--no-padding", "--no-seektable", "-b 192", "-b 4608", "--lax -b 65535", "--ogg", "--padding=70000"):
        yield ".flac", f"flac --silent {option} -o $O $I"
    raw = "--force-raw-format --endian=little --sign=signed --channels=1 --bps=16 --sample-rate=16000"
    yield (
        ".flac",
        f"tail -c +45 $I | flac --silent {raw} -o $O -",
    )
    yield ".flac", "flac --silent --stdout $I | cat > $O"


def _others() -> Iterator[tuple[str, str]]:
    for quality, source in itertools.product((-1, 3, 10), ("$I", "$STEREO", "$SIX")):
        yield ".ogg", f"oggenc --quiet -q {quality} -o $O {source}"
    yield ".ogg", "oggenc --quiet --skeleton -o $O $STEREO"
    for option in ("", "-f", "-h", "-hh", "-x3", "-b256", "-j0", "-m"):
        yield ".wv", f"wavpack -q {option} $STEREO -o $O"
    for option in ("-n", "-w", "-u", "--vbr", "--dtx --vbr", "--nframes 4", "--abr 16000"):
        yield ".spx", f"speexenc {option} $I $O"
    for mode in ("mono", "stereo", "joint", "dual"):
        yield ".mp2", f"twolame --quiet -m {mode} $STEREO $O"
