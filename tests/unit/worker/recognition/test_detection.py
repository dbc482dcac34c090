"""Whom an engine is asked for the language of a job, and what comes of the answers."""

import numpy as np
import pytest

from stt.domain.jobs.chunk import Chunk, ChunkPlan, ChunkStatus, Span
from stt.worker.recognition.detection import spoken_in
from stt.worker.recognition.language import sample_chunks

CHUNK_SECONDS = 10.0


def chunk(index, speech_seconds=CHUNK_SECONDS):
    whole = Span(0.0, CHUNK_SECONDS)
    speech = (Span(0.0, speech_seconds),) if speech_seconds else ()
    plan = ChunkPlan(index, whole, whole, speech)
    return Chunk(str(index), "job", plan, None, ChunkStatus.HELD, (), (), None)


class Asked:
    """Answers for each chunk what it is told to; the sound of a chunk is its number."""

    def __init__(self, *answers):
        self._answers = answers
        self.asked = []

    async def language_probabilities(self, window, request):
        number = int(window[0])
        self.asked.append(number)
        return self._answers[number]


async def sound(chunk):
    return np.full(int(CHUNK_SECONDS * 16_000), chunk.plan.index, np.int16)


async def told(*answers):
    asked = Asked(*answers)
    return await spoken_in([chunk(n) for n in range(len(answers))], sound, asked, None, 30.0), sorted(asked.asked)


ENGLISH, CZECH, UNCLEAR = {"en": 0.9, "cs": 0.1}, {"cs": 0.9, "en": 0.1}, {"en": 0.5, "cs": 0.45}


async def test_three_that_agree_are_enough():
    assert await told(*[ENGLISH] * 8) == ("en", [1, 4, 6])


@pytest.mark.parametrize("answer", [CZECH, UNCLEAR])
@pytest.mark.parametrize("place", [1, 4, 6])
async def test_where_one_of_them_says_something_else_or_nothing_clear_all_are_asked(answer, place):
    answers = [ENGLISH] * 8
    answers[place] = answer
    assert await told(*answers) == ("en", list(range(8)))


async def test_what_two_of_three_say_is_outvoted():
    assert (await told(ENGLISH, CZECH, ENGLISH, ENGLISH, CZECH, ENGLISH, ENGLISH, ENGLISH))[0] == "en"


async def test_of_few_all_are_asked_and_of_none_nobody():
    assert await told(ENGLISH, ENGLISH) == ("en", [0, 1])
    assert await told() == (None, [])


def test_those_that_are_asked_are_spread_over_the_speech_and_not_over_the_file():
    chunks = [chunk(n, 0.0) for n in range(50)] + [chunk(50 + n) for n in range(8)]
    assert [c.plan.index for c in sample_chunks(chunks)] == list(range(50, 58))
