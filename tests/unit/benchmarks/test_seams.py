"""Errors beside cuts are seen, and nothing else is: not errors far from cuts, not those the engine makes anywhere."""

from dataclasses import replace

import pytest

from benchmarks.fidelity.fault import Kind, faults
from benchmarks.fidelity.seams import SAMPLE, number_of, seam_errors
from benchmarks.fidelity.transcription import Cut, Segment, Transcription
from tests.unit.benchmarks.conftest import knowing
from tools.speech.recording import Word

VICTIM = 50
"""The number of the word that something happens to, spoken from 15.0 to 15.3 s."""
AT_IT, AWAY = (Cut(moment, moment, "windows") for moment in (15.2, 20.0))


def lost(words):
    return words[:VICTIM] + words[VICTIM + 1 :]


def doubled(words):
    return [*words[: VICTIM + 1], replace(words[VICTIM], start=15.25, end=15.35), *words[VICTIM + 1 :]]


def broken(words):
    return [*words[:VICTIM], replace(words[VICTIM], text="w-"), *words[VICTIM + 1 :]]


PLANTED = {Kind.LOST: lost, Kind.DOUBLED: doubled, Kind.BROKEN: broken}


def written(words, *cuts):
    return Transcription((Segment(0.0, 30.0, tuple(words)),), cuts)


@pytest.mark.parametrize("kind", Kind)
def test_an_error_planted_at_a_cut_is_seen_once_and_as_what_it_is(recording, kind):
    heard = PLANTED[kind](list(recording.words))
    errors = seam_errors(recording, written(heard, AT_IT), knowing(recording))
    assert [(error.fault.kind, error.cut) for error in errors] == [(kind, AT_IT)]
    assert 15.0 <= errors[0].fault.start <= 15.3


@pytest.mark.parametrize("kind", Kind)
def test_the_same_error_away_from_every_cut_is_none_of_them(recording, kind):
    heard = PLANTED[kind](list(recording.words))
    assert faults(recording.words, heard)
    assert seam_errors(recording, written(heard, AWAY), knowing(recording)) == []


@pytest.mark.parametrize("kind", Kind)
def test_an_error_that_the_engine_makes_away_from_edges_too_is_its_own(recording, kind):
    victim = recording.words[VICTIM]

    def unsteady(word, window):
        return "w-" if word == victim and window[0] < 11.0 else None

    heard = PLANTED[kind](list(recording.words))
    assert seam_errors(recording, written(heard, AT_IT), knowing(recording, unsteady)) == []


def test_what_is_right_is_no_error_however_it_was_cut(recording):
    cuts = [Cut(moment / 2, moment / 2, "chunks") for moment in range(60)]
    assert seam_errors(recording, written(recording.words, *cuts), knowing(recording)) == []


def test_a_pause_that_was_taken_out_is_one_cut_from_its_start_to_its_end():
    cut = Cut(10.0, 14.0, "speech")
    assert cut.distance(11.0, 12.0) == 0
    assert cut.distance(8.0, 9.0) == 1
    assert cut.distance(15.5, 16.0) == 1.5


def test_a_passage_written_twice_is_an_error_for_each_of_its_words(recording):
    words = list(recording.words)
    twice = [*words[: VICTIM + 2], *words[VICTIM - 1 :]]
    errors = seam_errors(recording, written(twice, AT_IT), knowing(recording))
    assert [error.fault.kind for error in errors] == [Kind.DOUBLED] * 3


def test_an_error_reads_as_a_line(recording):
    heard = broken(list(recording.words))
    error = seam_errors(recording, written(heard, AT_IT), knowing(recording))[0]
    assert str(error) == "broken 'w16' as 'w-' at 15.00 s, cut between windows at 15.20 s"


def test_a_word_is_free_of_an_error_only_where_it_was_spoken(recording):
    fault = faults(recording.words, lost(list(recording.words)))[0]
    assert fault.behind == VICTIM
    assert fault.said == recording.words[VICTIM].text
    assert Word(fault.said, fault.start, fault.end) == recording.words[VICTIM]


def test_of_very_many_errors_a_sample_is_judged_and_stands_for_all(recording):
    garbled = [replace(word, text="w-") for word in recording.words]
    everywhere = Cut(0.0, recording.duration, "speech")
    errors = seam_errors(recording, written(garbled, everywhere), knowing(recording))
    assert {error.stands_for for error in errors} == {len(garbled) // SAMPLE}
    judgeable = [word for word in recording.words if 6 < word.start < 24]
    assert number_of(errors) == pytest.approx(len(judgeable), rel=0.1)
