"""Decoding any uploaded file to 16 kHz on the file's own clock. The file may be hostile."""

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import av

from stt.domain.jobs.guidance import ONE_TRACK, Channels
from stt.domain.transcripts.note import Note
from stt.worker.constants import SAMPLE_RATE
from stt.worker.errors import AudioTooLong, AudioUnreadable
from stt.worker.preparation.containers.part import Part
from stt.worker.preparation.parts import parts_of
from stt.worker.preparation.reader import BLOCK, TrackReader
from stt.worker.preparation.selection import select
from stt.worker.preparation.timeline import blocks_of
from stt.worker.preparation.tracks import Tracks, abreast

DAMAGED = 0.1
"""Part of the audio that cannot be decoded, from which the owner is told."""
CANCELLED_SECONDS = 1.0
"""Sound that the plain sum of the channels would lose, from which the owner is told."""
MOST_NOTES = 20


class Decoder:
    """Decodes the file at `path`, unless it is longer than `max_seconds`.

    Of several audio tracks it takes the one that `track` says (see `is_track`). The channels of each are mixed to one,
    or kept apart. Recordings that were joined byte by byte follow one another. `beat` is called now and then while
    nothing is given out.

    Attributes:
        broke_off: second at which the file ended before its time, if it did; set when `blocks` ends.
        notes: what else the owner should know about the file; complete when `blocks` ends.
        skipped: packets that could not be decoded and were left out.
        stated_end: second at which the recording that is being read says that it ends, if it does; never trusted.
    """

    def __init__(
        self,
        path: Path,
        *,
        max_seconds: float,
        channels: Channels = Channels.MIXED,
        track: str = ONE_TRACK,
        beat: Callable[[], None] = lambda: None,
    ) -> None:
        self._path, self._max_seconds = path, max_seconds
        self._channels, self._track, self._beat = channels, track, beat
        self._samples = 0
        self._lost = self._heard = 0.0
        self._cancelled = 0.0
        self._last_error = ""
        self._layouts: list[av.AudioLayout] = []
        self.broke_off: float | None = None
        self.notes: list[Note] = []
        self.skipped = 0
        self.stated_end: float | None = None

    @property
    def duration(self) -> float:
        """Seconds given out so far."""
        return self._samples / SAMPLE_RATE

    def blocks(self) -> Iterator[Tracks]:
        """The audio in blocks of about a second, shape (tracks, n); sample 0 is the earliest moment of the file.

        Damaged packets are skipped and a file that breaks off is given as far as it goes.

        Raises:
            AudioUnreadable: nothing in it can be decoded; the message says what was wrong.
            AudioEncrypted: there is a key to it, which is not in the file.
            AudioTooLong: more than `max_seconds` came out of it, whatever its header says.
            TrackMissing: it has no such track.
            TooManyChannels: more than can be kept apart, which they are to be.
        """
        parts = parts_of(self._path)
        refusals: list[AudioUnreadable] = []
        for number, part in enumerate(parts, start=1):
            try:
                yield from self._part(part, is_last=part is parts[-1])
            except AudioUnreadable as error:
                refusals.append(error)
                which = f"Number {number} of the {len(parts)} recordings joined in the file"
                self._note("part_unreadable", f"{which} was left out, at second {self.duration:.1f}. {error.message}")
        if not self._samples:
            raise refusals[0] if refusals else AudioUnreadable(self._why_nothing())
        self._sum_up()

    def _part(self, part: Part, *, is_last: bool) -> Iterator[Tracks]:
        streams, notes = select(self._path, part, self._track, self._beat)
        self.notes += [note for note in notes if note not in self.notes]
        layouts: Sequence[av.AudioLayout | None] = self._layouts or [None] * len(streams)
        readers = [
            TrackReader(self._path, part, stream, self._channels, layout)
            for stream, layout in zip(streams, layouts, strict=False)
        ]
        begun = self.duration
        for block in blocks_of(abreast([reader.blocks() for reader in readers], self._counts()), BLOCK):
            self.stated_end = max((begun + r.stated_end for r in readers if r.stated_end is not None), default=None)
            self._samples += block.shape[1]
            if self.duration > self._max_seconds:
                raise AudioTooLong(f"The audio is longer than the {_spoken(self._max_seconds)} accepted here.")
            yield block
        self._layouts = self._layouts or [reader.layout or av.AudioLayout("mono") for reader in readers]
        self._account_for(readers)
        if not any(reader.is_cut_short for reader in readers):
            return
        if is_last:
            self.broke_off = self.duration
        else:
            self._note("part_cut", f"A recording that others were joined to ends early, at second {self.duration:.1f}.")

    def _counts(self) -> list[int]:
        return [1 if self._channels is Channels.MIXED else layout.nb_channels for layout in self._layouts]

    def _account_for(self, readers: Sequence[TrackReader]) -> None:
        for reader in readers:
            self.skipped += reader.skipped
            self._lost += reader.lost * reader.seconds
            self._heard += reader.seconds
            self._cancelled += reader.cancelled
            self._last_error = reader.last_error or self._last_error

    def _sum_up(self) -> None:
        if self._lost > DAMAGED * self._heard:
            self._note(
                "damaged",
                f"{self._lost / self._heard:.0%} of the audio is damaged, cannot be decoded and is left out.",
            )
        if self._cancelled >= CANCELLED_SECONDS:
            self._note(
                "channels_cancel",
                f"In {self._cancelled:.0f} seconds of the file one channel holds the inverse of another, as a wrongly "
                "wired microphone gives it, and their sum is silence. It was turned over before they were mixed.",
            )
        self.notes = self.notes[:MOST_NOTES]

    def _note(self, code: str, message: str) -> None:
        self.notes.append(Note(code, message))

    def _why_nothing(self) -> str:
        if self._last_error:
            return f"The audio in the file is damaged from its first to its last byte: {self._last_error}."
        return "The file has an audio track, but there is no sound in it: it holds 0 seconds."


def _spoken(seconds: float) -> str:
    return f"{seconds / 3600:g} hours" if seconds >= 3600 else f"{seconds:g} seconds"
