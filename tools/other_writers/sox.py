"""What sox writes."""

import itertools
from collections.abc import Iterator


def commands() -> Iterator[tuple[str, str]]:
    yield from _codings()
    yield from _forms()


def _codings() -> Iterator[tuple[str, str]]:
    codings = ("signed-integer -b 16", "signed-integer -b 24", "signed-integer -b 32", "floating-point -b 32")
    codings += ("floating-point -b 64", "unsigned-integer -b 8", "u-law", "a-law", "ms-adpcm", "ima-adpcm")
    for coding, rate, channels in itertools.product(codings, (8_000, 22_050, 44_100), (1, 2)):
        yield ".wav", f"sox $I -e {coding} -r {rate} -c {channels} $O"
    for coding, channels in itertools.product(codings[:8], (1, 2)):
        yield ".au", f"sox $I -e {coding} -c {channels} $O"
    for bits, rate, channels in itertools.product((8, 16, 24, 32), (11_025, 48_000), (1, 2)):
        yield ".aiff", f"sox $I -b {bits} -r {rate} -c {channels} $O"
        if bits > 8:
            yield ".caf", f"sox $I -b {bits} -r {rate} -c {channels} $O"


def _forms() -> Iterator[tuple[str, str]]:
    yield ".wav", "sox $I -e gsm-full-rate -r 8000 $O"
    for channels in (3, 5, 6, 8, 9, 13):
        yield ".wav", f"sox -M {'$I ' * channels} $O"
    for form, channels in itertools.product(("wav", "aiff", "flac", "au"), (1, 2)):
        yield f".{form}", f"sox $I -c {channels} -t {form} - | cat > $O"
    for rate, extension in itertools.product((8_000, 16_000, 96_000), (".w64", ".aifc", ".aif", ".flac", ".ogg")):
        yield extension, f"sox $I -r {rate} $O"
    for rate in (8_000, 16_000):
        yield ".voc", f"sox $I -r {rate} -b 8 -e unsigned-integer $O"
    for quality in range(8):
        yield ".amr", f"sox $I -r 8000 -c 1 -t amr-nb -C {quality} $O"
