"""Who works beside whom."""

import asyncio

from stt.domain.jobs.claim import DEATHS_IN_COMPANY, Claim
from stt.worker.claims.company import Company


def claim(name, deaths=0):
    return Claim(name, 1, 1, "w", deaths)


async def test_work_is_done_side_by_side():
    company = Company()
    for name in "ab":
        company.join(claim(name, DEATHS_IN_COMPANY - 1))
    assert not company.is_closed
    for name in "ab":
        await company.turn_of(claim(name, DEATHS_IN_COMPANY - 1))


async def test_work_over_which_processes_died_waits_for_all_others_and_lets_nobody_in():
    company, suspect = Company(), claim("suspect", DEATHS_IN_COMPANY)
    for held in (claim("a"), claim("b"), suspect):
        company.join(held)
    assert company.is_closed
    turn = asyncio.create_task(company.turn_of(suspect))
    for name in "ba":
        await asyncio.sleep(0)
        assert not turn.done()
        company.leave(claim(name))
    await asyncio.wait_for(turn, 60)
    company.leave(suspect)
    assert not company.is_closed
