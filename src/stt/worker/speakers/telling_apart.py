"""Who spoke when in a whole recording, from what was heard of its chunks. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

import numpy as np

from stt.domain.merging.assembly import Track
from stt.domain.transcripts.speakers import SpeakerCount, ToldApart, Turn, label_of
from stt.worker.speakers.clustering import People, people_of
from stt.worker.speakers.linkage import Labels
from stt.worker.speakers.naming import Known, names_of
from stt.worker.speakers.tracks import Heard, Tracks, tracks_of
from stt.worker.speakers.voices import Voices

JUDGED_SECONDS = 0.5
"""A run of this length is judged once more by itself: who it is of the people that were found."""
SURER = 0.1
"""By how much another has to be nearer for a run to change hands."""
BREATH_SECONDS = 0.2
"""Silence in one person's speech that ends no turn."""


def tell_apart(
    heard: Mapping[int | None, Sequence[Heard]], wanted: SpeakerCount, known: Sequence[Known] = ()
) -> ToldApart:
    """The turns of each channel in order of time; speakers are labelled by when they first speak, in any channel.

    Those of them whose voices are `known` have their names. `heard` has the chunks of each channel. A channel that is
    apart from others is at least one person of its own, and of the number that is wanted at least one is left for every
    other.
    """
    most = max(1.0, wanted.most - (len(heard) - 1))
    least = wanted.least if len(heard) == 1 else 1
    tracks = {channel: tracks_of(chunks) for channel, chunks in heard.items()}
    people = {channel: people_of(tracks[channel], least, most) for channel in heard}
    found = {channel: _joined(_spoken(tracks[channel], people[channel])) for channel in heard}
    everybody = [(turn.start, turn.end, (channel, turn.person)) for channel, turns in found.items() for turn in turns]
    labels = {
        who: label_of(number)
        for number, who in enumerate(dict.fromkeys(who for *_, who in sorted(everybody, key=_time)))
    }
    turns = {
        channel: [Turn(turn.start, turn.end, labels[channel, turn.person]) for turn in turns]
        for channel, turns in found.items()
    }
    sounds = {labels[channel, number]: people[channel].centroids[number] for channel, number in labels}
    names = names_of(np.array(list(sounds.values())), known) if sounds else {}
    return ToldApart(turns, {list(sounds)[number]: name for number, name in names.items()})


def heard_in(tracks: Sequence[Track], kept: Mapping[int, bytes]) -> dict[int | None, list[Heard]]:
    """What was heard of the chunks of each channel; `kept` is what was stored of them, by their index."""
    return {
        track.channel: [
            Heard(plan.audio.start, plan.owned, Voices.from_bytes(kept[plan.index]))
            for plan in (chunk.plan for chunk in track.chunks)
            if plan.index in kept
        ]
        for track in tracks
    }


class _Turn(NamedTuple):
    start: float
    end: float
    person: int


def _time(turn: tuple[float, float, object]) -> tuple[float, float]:
    return turn[:2]


def _spoken(tracks: Tracks, people: People) -> Iterator[_Turn]:
    """What each track says, by whom: runs that sound like another person are that one's."""
    labels = _with_neighbours(tracks, people.labels)
    changed = _changed_runs(tracks, people, labels)
    for speech in tracks.speech:
        label, at = int(labels[speech.track]), speech.start
        if label < 0:
            continue
        for start, end, other in changed.get(speech.track, ()):
            if speech.start <= start < speech.end:
                if start > at:
                    yield _Turn(at, start, label)
                yield _Turn(start, min(end, speech.end), other)
                at = min(end, speech.end)
        if at < speech.end:
            yield _Turn(at, speech.end, label)


def _with_neighbours(tracks: Tracks, labels: Labels) -> Labels:
    """Tracks that are never alone are whom they are known to be one with."""
    labels = labels.copy()
    for one, other in tracks.linked.tolist():
        if labels[other] < 0:
            labels[other] = labels[one]
    for one, other in reversed(tracks.linked.tolist()):
        if labels[one] < 0:
            labels[one] = labels[other]
    return labels


def _changed_runs(tracks: Tracks, people: People, labels: Labels) -> dict[int, list[tuple[float, float, int]]]:
    """For each track the runs in it that sound much more like another person."""
    changed: dict[int, list[tuple[float, float, int]]] = {}
    if not len(people.centroids) or not tracks.runs:
        return changed
    alike = tracks.run_embeddings @ people.centroids.T
    nearest = alike.argmax(axis=1)
    for number, run in enumerate(tracks.runs):
        label, other = int(labels[run.track]), int(nearest[number])
        surer = alike[number, other] - alike[number, label] > SURER
        if run.end - run.start >= JUDGED_SECONDS and other != label and surer:
            changed.setdefault(run.track, []).append((run.start, run.end, other))
    return changed


def _joined(turns: Iterator[_Turn]) -> list[_Turn]:
    """One turn for what a person says without more than a breath in between."""
    joined: list[_Turn] = []
    last: dict[int, int] = {}
    for turn in sorted(turns, key=lambda t: (t.start, t.end)):
        place = last.get(turn.person)
        if place is not None and turn.start - joined[place].end <= BREATH_SECONDS:
            before = joined[place]
            joined[place] = _Turn(before.start, max(before.end, turn.end), turn.person)
        else:
            last[turn.person] = len(joined)
            joined.append(turn)
    return joined
