"""What the borders of chunks cost: a long conversation of ten people, cut as the service cuts it, and heard as one.

python -m benchmarks.speakers.borders --minutes 60
"""

import argparse
import tempfile
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from benchmarks.real_voices.clips import FULL_SCALE, SpeechSet, recording_of
from benchmarks.speakers.conversation import Conversation, Turn, conversation, people
from benchmarks.speakers.scoring import errors
from benchmarks.speakers.systems import OURS, SYSTEMS
from stt.domain.jobs.chunk import Span
from stt.domain.transcripts.speakers import SpeakerCount
from stt.worker.speakers.hearing import hear_voices
from stt.worker.speakers.networks import Networks
from stt.worker.speakers.telling_apart import tell_apart
from stt.worker.speakers.tracks import Heard
from tools.speech.media import write

SEED, PEOPLE, OVERLAP = 2000, 10, 0.1


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.speakers.borders", description=__doc__)
    parser.add_argument("--model", type=Path, default=Path(".models/speakers"), help="directory (%(default)s)")
    parser.add_argument("--minutes", type=float, default=60.0, help="of the conversation (%(default)s)")
    options = parser.parse_args(arguments)
    voices = people(SpeechSet.of_environment().clips, "tuning") | people(SpeechSet.of_environment().clips, "held out")
    held = conversation(voices, PEOPLE, 60 * options.minutes, SEED, OVERLAP)
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "long.wav"
        write(recording_of(held.samples), file)
        tell = SYSTEMS[OURS](options.model, Path(folder))
        assert tell is not None, "this service is here"
        in_chunks, _ = tell(held, file, None)
    _say("in chunks", held, in_chunks)
    _say("as one", held, _as_one(held, options.model))


def _as_one(held: Conversation, model: Path) -> list[Turn]:
    pcm = (np.clip(held.samples, -1, 1) * (FULL_SCALE - 1)).astype(np.int16)
    heard = [Heard(0.0, Span(0.0, held.seconds), hear_voices(pcm, Networks(model)))]
    turns = tell_apart({None: heard}, SpeakerCount()).turns[None]
    return [Turn(turn.start, turn.end, turn.speaker) for turn in turns]


def _say(how: str, held: Conversation, found: Sequence[Turn]) -> None:
    near, everything = (100 * errors(held.turns, found, collar=collar).rate for collar in (0.25, 0.0))
    speakers = len({turn.speaker for turn in found})
    print(f"{how}: DER {near:.2f} / {everything:.2f} %, {speakers} of {held.speakers} people", flush=True)


if __name__ == "__main__":
    main()
