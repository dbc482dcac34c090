"""What finds nothing wrong finds out nothing: with a guard of the service off, or the broom away, a run has to fail."""

import pytest

from tests.chaos.checks import Losses, check


@pytest.mark.parametrize(
    ("guard", "point", "loss"),
    [
        ("outbox", "JobRepository.fail/committed", "of which its webhook was told 0"),
        ("promise", "NewJobs._insert/committed", "2 jobs were made of the request"),
    ],
)
def test_what_is_written_apart_is_lost(campaign, undisturbed, guard, point, loss):
    """Each of these belongs into the transaction of what it goes with."""
    running = campaign("embedded", STT_CHAOS_WITHOUT=guard)
    running.kill_at("serve", [point])
    assert running.hit == [point]
    with pytest.raises(Losses, match=loss):
        check(running, undisturbed)


def test_a_file_whose_request_died_is_left_until_it_is_swept(campaign, undisturbed):
    running = campaign("embedded")
    running.kill_at("serve", ["put uploads/done"])
    with pytest.raises(Losses, match="object uploads/.* is left"):
        check(running, undisturbed, swept=False)
    check(running, undisturbed)


def test_another_transcript_is_noticed(campaign, undisturbed):
    running = campaign("embedded")
    running.tell()
    with pytest.raises(Losses, match="another transcript"):
        check(running, {name: body + b" " for name, body in undisturbed.items()})
