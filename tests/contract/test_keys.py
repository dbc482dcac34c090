"""Keys in both databases."""

import asyncio

import pytest

from stt.domain.access.api_key import Wanted, digest_of
from stt.domain.access.limits import Limits
from stt.domain.access.scopes import Scope
from stt.domain.errors import DatabaseUnavailable, InvalidRequest, NotFound, Unauthorized
from stt.repositories.key_repository import KeyRepository
from stt.services import key_service
from stt.services.key_service import KeyService


@pytest.fixture
def rows(database):
    return KeyRepository(database)


@pytest.fixture
def keys(rows):
    return KeyService(rows)


async def test_a_key_is_known_again_with_all_that_was_said_of_it(keys, rows):
    limits = Limits(jobs_at_once=3, audio_hours_per_day=1.5, bytes_stored=10**12)
    wanted = Wanted(" ci ", "team-a", frozenset({Scope.READ}), lifetime=3600.0, limits=limits)
    made = await keys.create(wanted)
    access = await keys.access(made.secret)
    assert (access.owner, access.scopes, access.limits, access.key_id) == (
        "team-a", {Scope.READ}, limits, made.key.key_id,
    )  # fmt: skip
    [listed] = await keys.all()
    assert (listed.name, listed.prefix, listed.last_four) == ("ci", made.secret[:8], made.secret[-4:])
    assert (listed.expires_at - listed.created_at).total_seconds() == pytest.approx(3600, abs=1e-3)
    assert made.secret not in repr(await rows.find(digest_of(made.secret)))


async def test_a_key_without_an_owner_is_a_new_owners(keys):
    one, other = await keys.create(Wanted("a")), await keys.create(Wanted("b"))
    assert one.key.owner != other.key.owner


async def test_both_keys_work_while_one_takes_the_place_of_the_other(keys, rows):
    before = await keys.create(Wanted("ci", "team-a", lifetime=1000.0, limits=Limits(jobs_at_once=2)))
    after = await keys.rotate(before.key.key_id, 60.0)
    assert (after.key.owner, after.key.scopes, after.key.limits) == (
        before.key.owner, before.key.scopes, before.key.limits,
    )  # fmt: skip
    for made, left in ((before, 60.0), (after, 1000.0)):
        assert (await keys.access(made.secret)).owner == "team-a"
        assert (await rows.get(made.key.key_id)).seconds_left == pytest.approx(left, abs=30)
    await keys.rotate(before.key.key_id, 600.0)
    assert (await rows.get(before.key.key_id)).seconds_left <= 60.0
    newest = await keys.rotate(before.key.key_id, 0.0)
    assert (await rows.get(newest.key.key_id)).seconds_left == pytest.approx(1000.0, abs=60)
    await asyncio.sleep(0.01)
    with pytest.raises(InvalidRequest, match="has ended"):
        await keys.rotate(before.key.key_id)


@pytest.mark.parametrize("key_id", ["key_000000000000", "", "a\x00b", "key_00000000000g"])
async def test_a_key_that_is_none_is_not_found(keys, key_id):
    for change in (keys.rotate, keys.revoke):
        with pytest.raises(NotFound) as caught:
            await change(key_id)
        assert caught.value.error_code == "key_not_found"


async def test_a_key_expires_although_it_is_trusted(keys):
    made = await keys.create(Wanted("short", lifetime=1.5))
    await keys.access(made.secret)
    await asyncio.sleep(1.6)
    with pytest.raises(Unauthorized) as caught:
        await keys.access(made.secret)
    assert caught.value.error_code == "key_expired"


async def test_its_use_is_written_once_a_minute(keys, rows, monkeypatch):
    monkeypatch.setattr(key_service, "TRUSTED_SECONDS", 0.0)
    made = await keys.create(Wanted("ci"))
    noted = []
    note = rows.note_use

    async def counted(key_id):
        noted.append(key_id)
        await note(key_id)

    monkeypatch.setattr(rows, "note_use", counted)
    for _ in range(5):
        await keys.access(made.secret)
    assert noted == [made.key.key_id]
    [listed] = await keys.all()
    assert listed.last_used_at is not None


async def test_a_database_that_takes_no_writes_lets_callers_in(keys, rows, monkeypatch):
    async def away(_key_id):
        raise DatabaseUnavailable("full")

    made = await keys.create(Wanted("ci"))
    monkeypatch.setattr(rows, "note_use", away)
    assert (await keys.access(made.secret)).key_id == made.key.key_id


@pytest.mark.parametrize(
    ("wanted", "field"),
    [
        (Wanted(""), "name"),
        (Wanted("a\nb"), "name"),
        (Wanted("x" * 101), "name"),
        (Wanted("x", owner="a b"), "owner"),
        (Wanted("x", scopes=frozenset()), "scopes"),
        (Wanted("x", lifetime=0.0), "lifetime"),
        (Wanted("x", lifetime=1e12), "lifetime"),
        (Wanted("x", limits=Limits(jobs_at_once=0)), "jobs_at_once"),
    ],
)
async def test_what_makes_no_key_says_which_part_of_it(keys, wanted, field):
    with pytest.raises(InvalidRequest) as caught:
        await keys.create(wanted)
    assert (caught.value.error_code, caught.value.details["field"]) == ("invalid_key", field)
    assert await keys.all() == []


@pytest.mark.parametrize("lifetime", [None, 0.05])
async def test_a_key_that_ends_while_it_is_rotated_has_no_successor(keys, rows, lifetime):
    before = await keys.create(Wanted("ci", "team-a", lifetime=lifetime))
    successor, _ = key_service._new(Wanted("ci", "team-a"))
    if lifetime is None:
        await keys.revoke(before.key.key_id)
    else:
        await asyncio.sleep(0.1)
    with pytest.raises(InvalidRequest) as refused:
        await rows.replace(before.key.key_id, successor, 60.0)
    assert refused.value.error_code == "key_ended"
    assert [key.key_id for key in await keys.all()] == [before.key.key_id]
