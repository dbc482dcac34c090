import contextlib

import pytest

from stt.bootstrap import dead_letters
from stt.bootstrap.dead_letters import DeadLetter, Fate

GOOD = b'{"job_id": "j", "minio_path": "uploads/j/a.mp3", "language": "vi", "model": "medium"}'
LETTERS = [DeadLetter(b'{"job_id": "x"}', "stt.jobs", None), DeadLetter(GOOD, "stt.jobs", None)]
BAD_ID, GOOD_ID = (letter.letter_id for letter in LETTERS)


@pytest.fixture
def sorted_out(monkeypatch):
    """What became of the letters of a broker that has these two."""
    became = {}

    class Letters:
        async def sort(self, fate_of, limit):
            became.update({letter.letter_id: fate_of(letter) for letter in LETTERS[:limit]})
            return [(letter, fate_of(letter)) for letter in LETTERS[:limit]]

    @contextlib.asynccontextmanager
    async def opened(_settings):
        yield Letters()

    monkeypatch.setattr(dead_letters, "dead_letters", opened)
    return became


def test_letters_are_shown_with_what_is_wrong_with_them(stt, sorted_out):
    bad, good = stt("dead", "list").out.splitlines()
    assert bad.startswith(f"{BAD_ID}  -  stt.jobs  A job message needs text in the fields")
    assert good.startswith(f"{GOOD_ID}  -  stt.jobs  This program understands it.")
    assert set(sorted_out.values()) == {Fate.KEPT}


@pytest.mark.parametrize(("word", "fate"), [("requeue", Fate.REQUEUED), ("remove", Fate.REMOVED)])
def test_those_that_are_named_are_settled_and_no_others(stt, sorted_out, word, fate):
    assert f"1 letters were {fate.value}" in stt("dead", word, GOOD_ID).err
    assert sorted_out == {BAD_ID: Fate.KEPT, GOOD_ID: fate}
    assert f"2 letters were {fate.value}" in stt("dead", word, "--all").err
    assert set(sorted_out.values()) == {fate}


def test_a_letter_that_is_not_there_is_told(stt, sorted_out):
    told = stt("dead", "requeue", "0123456789ab", BAD_ID)
    assert (told.code, "no dead letter 0123456789ab; 1 others were requeued" in told.err) == (1, True)


def test_all_or_none_has_to_be_said(stt, sorted_out):
    assert stt("dead", "remove").code == 2
    assert stt("dead", "remove", BAD_ID, "--all").code == 2
    assert sorted_out == {}


def test_where_the_database_is_the_queue_there_are_none(stt):
    told = stt("dead", "list")
    assert (told.code, "RABBITMQ_URL is not set" in told.err) == (2, True)
