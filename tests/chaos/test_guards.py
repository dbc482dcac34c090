"""What finds nothing wrong finds out nothing: with a guard of the service off, or the broom away, a run has to fail."""

import pytest

from tests.chaos.checks import Losses, check
from tests.chaos.story import EDITS


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


def test_what_was_told_or_changed_otherwise_is_noticed(campaign, undisturbed):
    running = campaign("embedded")
    running.tell()
    check(running, undisturbed)
    (follower,) = [asked.follower for asked in running.asked if asked.follower]
    (edited,) = [asked for asked in running.asked if asked.edits]
    told, texts = list(follower.told), list(follower.texts)
    assert texts
    for follower.told, follower.texts, edited.edits, loss in (
        ([*told, told[-1]], texts, EDITS, "told of twice"),
        (told[1:], texts, EDITS, "where .* happened"),
        (told, [*texts, texts[-1]], EDITS, "with holes, or twice"),
        (told, texts, EDITS + 1, f"changed {EDITS + 1} times"),
    ):
        with pytest.raises(Losses, match=loss):
            check(running, undisturbed)
