"""Who spoke when in a whole recording, from what was heard of its chunks. Pure."""

from collections.abc import Iterator, Sequence

from stt.domain.speakers import SpeakerCount, Turn
from stt.worker.speakers.clustering import People, people_of
from stt.worker.speakers.linkage import Labels
from stt.worker.speakers.tracks import Tracks, tracks_of
from stt.worker.speakers.voices import Voices

JUDGED_SECONDS = 0.5
"""A run of this length is judged once more by itself: who it is of the people that were found."""
SURER = 0.1
"""By how much another has to be nearer for a run to change hands."""
BREATH_SECONDS = 0.2
"""Silence in one person's speech that ends no turn."""


def turns_of(heard: Sequence[tuple[float, Voices]], wanted: SpeakerCount) -> list[Turn]:
    """The turns of all speakers in order of time; speakers are numbered from 0 by when they first speak.

    `heard` is what was heard of each chunk of a channel, behind the second at which its audio begins.
    """
    tracks = tracks_of(heard)
    people = people_of(tracks, wanted.least, wanted.most)
    return _numbered(_joined(_spoken(tracks, people)))


def _spoken(tracks: Tracks, people: People) -> Iterator[Turn]:
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
                    yield Turn(at, start, label)
                yield Turn(start, min(end, speech.end), other)
                at = min(end, speech.end)
        if at < speech.end:
            yield Turn(at, speech.end, label)


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


def _joined(turns: Iterator[Turn]) -> list[Turn]:
    """One turn for what a person says without more than a breath in between."""
    joined: list[Turn] = []
    last: dict[int, int] = {}
    for turn in sorted(turns, key=lambda t: (t.start, t.end)):
        place = last.get(turn.speaker)
        if place is not None and turn.start - joined[place].end <= BREATH_SECONDS:
            before = joined[place]
            joined[place] = Turn(before.start, max(before.end, turn.end), turn.speaker)
        else:
            last[turn.speaker] = len(joined)
            joined.append(turn)
    return joined


def _numbered(turns: Sequence[Turn]) -> list[Turn]:
    numbers: dict[int, int] = {}
    return [Turn(t.start, t.end, numbers.setdefault(t.speaker, len(numbers))) for t in turns]
