"""Pauses between two tries."""

from itertools import islice

from stt.core.messaging.rabbitmq.pauses import FIRST_SECONDS, LONGEST_SECONDS, pauses


def test_pauses_grow_to_a_limit_and_are_never_short():
    seconds = list(islice(pauses(), 50))
    assert FIRST_SECONDS / 2 <= seconds[0] <= FIRST_SECONDS
    assert all(LONGEST_SECONDS / 2 <= pause <= LONGEST_SECONDS for pause in seconds[10:])


def test_two_processes_do_not_come_back_together():
    assert list(islice(pauses(), 5)) != list(islice(pauses(), 5))
