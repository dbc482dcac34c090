"""When to believe a decoder."""

import pytest

from stt.worker.transcriber.hypothesis import Hypothesis, best, token_budget


def guess(text="a sentence that says something", logprob=-0.3, no_speech=0.0, tokens=10, budget=100):
    return Hypothesis(range(tokens), text, logprob, no_speech, budget)


def test_a_good_guess_is_believed():
    assert not guess().looks_wrong
    assert not guess(text="").looks_wrong


@pytest.mark.parametrize("wrong", [guess(text="la " * 40), guess(logprob=-1.1), guess(tokens=100)])
def test_loops_doubt_and_text_without_end_are_tried_again(wrong):
    assert wrong.looks_wrong


def test_silence_is_not_tried_again():
    assert guess(logprob=-1.1, no_speech=0.7).is_silence
    assert not guess(logprob=-1.1, no_speech=0.7).looks_wrong
    assert not guess(logprob=-0.9, no_speech=0.99).is_silence


def test_of_wrong_guesses_the_likeliest_that_does_not_loop_is_taken():
    loop, doubtful, worse = guess(text="la " * 40, logprob=-0.1), guess(logprob=-1.2), guess(logprob=-2)
    assert best([loop, doubtful, worse]) is doubtful
    assert best([loop]) is loop


def test_the_budget_grows_with_the_audio_up_to_what_whisper_can_write():
    assert [token_budget(seconds) for seconds in (0.1, 2, 30)] == [18, 66, 224]
