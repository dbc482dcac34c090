from dataclasses import replace

import numpy as np
import pytest

from stt.domain.jobs.chunk import Span
from stt.domain.transcripts.speakers import SpeakerCount
from stt.worker.speakers import clustering, telling_apart
from stt.worker.speakers.tracks import Heard, tracks_of
from stt.worker.speakers.voices import Voices
from tests.unit.worker.speakers.voices import blended, chunk_of, conversation, nearly, sounding

ALWAYS = Span(0.0, float("inf"))


def turns_of(heard, wanted):
    """The turns of a recording of one channel, each chunk with the second at which it begins."""
    return telling_apart.tell_apart({None: [Heard(begin, ALWAYS, voices) for begin, voices in heard]}, wanted).turns[
        None
    ]


def seconds_right(turns, windows):
    """How much of each person's speech is one speaker's, when each speaker is taken for whom they are most."""
    shared = {}
    for turn in turns:
        for window, present in enumerate(windows):
            share = 5.0 / len(present)
            for local, person in enumerate(present):
                start = window * 5.0 + local * share
                both = min(turn.end, start + share) - max(turn.start, start)
                if both > 0:
                    shared.setdefault(turn.speaker, {}).setdefault(person, 0.0)
                    shared[turn.speaker][person] += both
    return sum(max(people.values()) for people in shared.values()) / sum(sum(p.values()) for p in shared.values())


@pytest.mark.parametrize("people", [1, 2, 5, 9])
def test_as_many_people_are_found_as_there_are_and_each_says_what_is_theirs(people):
    heard, windows = conversation(people, 60)
    turns = turns_of(heard, SpeakerCount())
    assert {turn.speaker for turn in turns} == {f"S{number + 1}" for number in range(people)}
    assert seconds_right(turns, windows) > 0.99


@pytest.mark.parametrize(("least", "most", "expected"), [(2, 2, 2), (6, 6, 6), (1, 3, 3), (5, 8, 5), (4, 4, 4)])
def test_a_number_that_is_asked_for_is_kept(least, most, expected):
    heard, _ = conversation(4, 60)
    assert len({turn.speaker for turn in turns_of(heard, SpeakerCount(least, most))}) == expected


def test_no_more_people_are_told_than_there_are_voices():
    heard = [(0.0, chunk_of([[0], [0]], np.random.default_rng(0)))]
    assert len({turn.speaker for turn in turns_of(heard, SpeakerCount(5, 5))}) == 2


def test_speakers_are_numbered_by_when_they_first_speak_and_turns_are_in_order():
    heard = [(100.0, chunk_of([[3], [1], [3], [2]], np.random.default_rng(0)))]
    turns = turns_of(heard, SpeakerCount())
    assert [(turn.start, turn.end, turn.speaker) for turn in turns] == [
        (100.0, 105.0, "S1"), (105.0, 110.0, "S2"), (110.0, 115.0, "S1"), (115.0, 120.0, "S3")
    ]  # fmt: skip


def test_a_voice_of_a_moment_is_nobody_of_its_own():
    draw = np.random.default_rng(0)
    heard = [(0.0, chunk_of([[0], [1]] * 30, draw)), (300.0, chunk_of([[2]], draw, seconds=0.5))]
    assert {turn.speaker for turn in turns_of(heard, SpeakerCount())} == {"S1", "S2"}


def test_silence_has_no_turns():
    assert turns_of([], SpeakerCount()) == []
    assert turns_of([(0.0, chunk_of([[], []], np.random.default_rng(0)))], SpeakerCount(2, 2)) == []


def test_very_many_tracks_are_clustered_by_blocks_and_give_the_same_people(monkeypatch):
    heard, windows = conversation(6, 400)
    monkeypatch.setattr(clustering, "MOST_AT_ONCE", 100)
    monkeypatch.setattr(clustering, "BLOCK", 60)
    turns = turns_of(heard, SpeakerCount())
    assert len({turn.speaker for turn in turns}) == 6
    assert seconds_right(turns, windows) > 0.99


def test_what_is_kept_of_a_chunk_is_what_was_heard():
    heard, _ = conversation(3, 30)
    kept = [(begin, Voices.from_bytes(voices.to_bytes())) for begin, voices in heard]
    assert turns_of(kept, SpeakerCount()) == turns_of(heard, SpeakerCount())
    narrow = replace(heard[0][1], narrow=True)
    assert (Voices.from_bytes(narrow.to_bytes()).narrow, kept[0][1].narrow) == (True, False)
    an_hour = sum(len(voices.to_bytes()) for _, voices in conversation(3, 720)[0])
    assert an_hour < 1_500_000


def test_one_voice_that_windows_take_for_two_is_one_person():
    heard = [(0.0, chunk_of([[0, 0]] * 6, np.random.default_rng(0)))]
    assert {turn.speaker for turn in turns_of(heard, SpeakerCount())} == {"S1"}


def test_a_number_that_is_found_and_asked_for_is_told_apart_alike():
    """Scraps of a voice, farther from the rest of it than two people are from each other, take up no place of it."""
    draw = np.random.default_rng(0)
    people = [blended(0, 5, 1.0), blended(1, 5, 1.0), blended(1, 2, 0.49)]
    heard = [
        (0.0, sounding([nearly(person, draw) for person in people * 6], seconds=5.0)),
        (90.0, sounding([blended(0, 5, 0.43)], seconds=3.0)),
    ]
    turns = turns_of(heard, SpeakerCount())
    assert {turn.speaker for turn in turns} == {"S1", "S2", "S3"}
    assert turns_of(heard, SpeakerCount(3, 3)) == turns


@pytest.mark.parametrize(("narrow", "people"), [(True, 2), (False, 1)])
def test_people_sound_more_alike_on_a_telephone(narrow, people):
    """Two who are 0.4 apart are two there, and before a microphone one."""
    heard = [(0.0, sounding([blended(0, 1, 1.0), blended(0, 1, 0.6)] * 6, seconds=5.0, narrow=narrow))]
    assert len({turn.speaker for turn in turns_of(heard, SpeakerCount())}) == people


def test_a_recording_is_from_a_telephone_if_most_of_it_is():
    loud = sounding([blended(0, 1, 1.0)], seconds=5.0)
    chunks = [Heard(0.0, ALWAYS, loud), *(Heard(at, ALWAYS, replace(loud, narrow=True)) for at in (5.0, 10.0))]
    assert tracks_of(chunks).narrow
    assert not tracks_of(chunks[:2]).narrow


def test_a_window_that_takes_two_voices_for_one_is_told_apart_by_its_runs():
    draw = np.random.default_rng(0)
    both = chunk_of([[0], [1]] * 6, draw)
    one = tuple(replace(stretch, window=0) for stretch in both.runs)
    heard = [(0.0, replace(both, owned=(Span(0.0, 60.0),), speech=one, runs=one))]
    assert [turn.speaker for turn in turns_of(heard, SpeakerCount())] == ["S1", "S2"] * 6


def test_channels_are_people_of_their_own_and_may_be_several_each():
    draw = np.random.default_rng(0)
    heard = {
        0: [Heard(6.0, ALWAYS, chunk_of([[0], [0]], draw))],
        1: [Heard(0.0, ALWAYS, chunk_of([[0], [1], [0]], draw))],
    }
    turns = telling_apart.tell_apart(heard, SpeakerCount()).turns
    assert [turn.speaker for turn in turns[1]] == ["S1", "S2", "S1"]
    assert [turn.speaker for turn in turns[0]] == ["S3"]
    two = telling_apart.tell_apart(heard, SpeakerCount(2, 2)).turns
    assert {turn.speaker for channel in two.values() for turn in channel} == {"S1", "S2"}


def test_what_two_chunks_hear_around_their_cut_is_said_once():
    draw = np.random.default_rng(0)
    chunks = [
        Heard(0.0, Span(0.0, 10.0), chunk_of([[0], [0], [0]], draw)),
        Heard(5.0, Span(10.0, 20.0), chunk_of([[0], [0], [0]], draw)),
    ]
    (turn,) = telling_apart.tell_apart({None: chunks}, SpeakerCount()).turns[None]
    assert (turn.start, turn.end) == (0.0, 20.0)
