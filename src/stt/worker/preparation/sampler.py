"""Samples of voices out of files: decoded where files of jobs are, in a process that can be killed."""

import contextlib
from pathlib import Path

from stt.domain.errors import JobFailure
from stt.domain.jobs.guidance import ONE_TRACK, Channels
from stt.domain.transcripts.known_speaker import Introduction, Sample
from stt.worker.preparation.prepared import PreparedAudio, PreparedChunk, Preparing
from stt.worker.scratch import scratch_directory

LONGEST_SECONDS = 60.0
"""What a sample may last: such a file is cut into one chunk."""
PREPARING_SECONDS = 60.0


class Sampler:
    """Makes samples with a preparer whose chunks hold `LONGEST_SECONDS`, and which takes no longer files."""

    def __init__(self, preparer: Preparing, scratch_root: Path) -> None:
        self._preparer, self._scratch_root = preparer, scratch_root

    async def sample(self, introduced: Introduction) -> Sample:
        """How somebody sounds who speaks in a file.

        Raises:
            JobFailure: the file cannot be heard, is too long, or nobody speaks in it (code `no_speech`).
            WorkFailure: the decoder died.
            ScratchUnavailable: there is no room for the file at the moment.
        """
        chunks: list[PreparedChunk] = []
        seconds = 0.0
        with scratch_directory(self._scratch_root, "sample") as scratch:
            source = scratch / "source"
            source.write_bytes(introduced.audio)
            cutting = self._preparer.prepare(source, Channels.MIXED, ONE_TRACK, PREPARING_SECONDS)
            async with contextlib.aclosing(cutting) as prepared:
                async for item in prepared:
                    if isinstance(item, PreparedAudio):
                        seconds = item.duration
                    elif not item.plan.is_silent:
                        chunks.append(item)
        if not chunks:
            raise JobFailure("Nobody speaks in it.", code="no_speech")
        longest = max(chunks, key=_speech)
        return Sample(introduced.name, longest.flac, seconds, _speech(longest))


def _speech(chunk: PreparedChunk) -> float:
    return sum(span.duration for span in chunk.plan.speech)
