import asyncio
import os
import signal

import pytest
import typer

from stt.cli.running import run, stop_signals


async def waits_and_tidies(tidied, number):
    try:
        os.kill(os.getpid(), number)
        await asyncio.sleep(10)
    finally:
        await asyncio.sleep(0)
        tidied.append(True)


def test_what_work_returns_is_returned():
    async def work():
        return 7

    assert run(work()) == 7


def test_sigterm_lets_the_work_tidy_up_and_ends_with_its_code():
    tidied = []
    with pytest.raises(typer.Exit) as caught:
        run(waits_and_tidies(tidied, signal.SIGTERM))
    assert (caught.value.exit_code, tidied) == (143, [True])


def test_ctrl_c_lets_the_work_tidy_up():
    tidied = []
    with pytest.raises(KeyboardInterrupt):
        run(waits_and_tidies(tidied, signal.SIGINT))
    assert tidied == [True]


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_service_is_told_to_stop_and_ends_by_itself(number):
    async def service():
        with stop_signals() as stop:
            os.kill(os.getpid(), number)
            await asyncio.wait_for(stop.wait(), 60)
        return "stopped"

    assert run(service()) == "stopped"


def test_a_second_signal_interrupts_a_service_that_hangs():
    async def hanging():
        with stop_signals() as stop:
            os.kill(os.getpid(), signal.SIGINT)
            await stop.wait()
            os.kill(os.getpid(), signal.SIGINT)
            await asyncio.sleep(10)

    with pytest.raises(KeyboardInterrupt):
        run(hanging())
