"""The process that decodes, which dies of the first socket or program that a file makes it want (SIGSYS).

With the argument `anything` FFmpeg may open all that it knows, and takes playlists for what they are.
"""

import contextlib
import sys
from pathlib import Path

import av

from stt.worker.preparation import child, source
from stt.worker.preparation.seclusion import Refusal, seclude


def _open_anything():
    source.options = lambda: {"protocol_whitelist": "file,http,tcp"}
    opening = av.open

    def taken(file, *arguments, **options):
        named = isinstance(file, str) and file.startswith("file:")
        if named and Path(file.removeprefix("file:")).read_bytes().startswith(b"#EXTM3U"):
            options["format"] = "hls"
        return opening(file, *arguments, **options)

    av.open = taken


def main(arguments):
    if arguments == ["anything"]:
        _open_anything()
    seclude(Refusal.DEATH)
    with contextlib.suppress(BrokenPipeError):
        child.main()


if __name__ == "__main__":
    main(sys.argv[1:])
