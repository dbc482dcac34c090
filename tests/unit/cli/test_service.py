import asyncio
import socket
import subprocess
import sys

import httpx
import pytest

from stt import bootstrap
from stt.cli.errors import CommandError, WrongUse
from stt.cli.listening import listen, url_of
from stt.cli.service import Running, running, summary
from stt.cli.settings import load
from stt.domain.access.api_key import Wanted


@pytest.fixture
def taken():
    with socket.create_server(("127.0.0.1", 0)) as listener:
        yield listener.getsockname()[1]


def test_a_taken_port_is_a_sentence_with_what_to_do(taken):
    with pytest.raises(CommandError, match=f"Cannot listen on 127.0.0.1:{taken}: .*in use.*--port"):
        listen("127.0.0.1", taken)


@pytest.mark.parametrize("next_free", [False, True])
def test_an_address_of_another_machine_is_no_question_of_ports(next_free):
    with pytest.raises(
        CommandError, match=r"^Cannot listen on 192\.0\.2\.1: Cannot assign requested address\. .*--host"
    ):
        listen("192.0.2.1", 0, next_free=next_free)


def test_the_next_free_port_is_found_where_that_is_wanted(taken):
    with listen("127.0.0.1", taken, next_free=True) as listener:
        assert taken < listener.getsockname()[1] <= taken + 100


@pytest.mark.parametrize(
    ("host", "url"), [("127.0.0.1", "http://127.0.0.1:"), ("0.0.0.0", "http://127.0.0.1:"), ("::1", "http://[::1]:")]
)
def test_the_url_is_one_that_works_on_this_machine(host, url):
    with listen(host, 0) as listener:
        assert url_of(listener) == f"{url}{listener.getsockname()[1]}"


async def test_a_part_that_ends_by_itself_ends_the_service():
    async def dies():
        raise OSError("no more files")

    part = asyncio.create_task(dies(), name="consumer")
    with pytest.raises(CommandError, match=r"The consumer stopped: OSError\('no more files'\)"):
        await Running(None, [part]).until(asyncio.Event())


async def test_a_consumer_that_has_drained_ends_the_service_well_and_an_api_that_ends_does_not():
    async def ends():
        pass

    await Running(None, [asyncio.create_task(ends(), name="consumer")]).until(asyncio.Event())
    with pytest.raises(CommandError, match="The HTTP server stopped"):
        await Running(None, [asyncio.create_task(ends(), name="HTTP server")]).until(asyncio.Event())


async def test_a_service_that_is_stopped_just_returns():
    part = asyncio.create_task(asyncio.sleep(60), name="consumer")
    stop = asyncio.Event()
    asyncio.get_running_loop().call_later(0.01, stop.set)
    await asyncio.wait_for(Running(None, [part]).until(stop), 60)
    part.cancel()


async def test_the_api_answers_while_it_runs_and_is_gone_afterwards():
    listener = listen("127.0.0.1", 0)
    url = url_of(listener)
    async with httpx.AsyncClient(trust_env=False) as http:
        async with running(load(), listener=listener, consuming=False) as service:
            assert (await http.get(f"{url}/health/ready")).status_code == 200
            assert "data/stt.db" in summary(service.base)
        with pytest.raises(httpx.ConnectError):
            await http.get(f"{url}/health/ready")
    assert all(part.done() for part in service.parts)


async def test_a_consumer_runs_until_it_is_left():
    async with running(load(), listener=None, consuming=True) as service:
        await asyncio.sleep(0.1)
        assert not service.parts[0].done()
    assert service.parts[0].cancelled()


def test_answers_in_several_parts_do_not_wait_for_each_other_to_be_acknowledged():
    with listen("127.0.0.1", 0) as listener, socket.create_connection(listener.getsockname()[:2]):
        accepted, _ = listener.accept()
        with accepted:
            assert accepted.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)


@pytest.mark.parametrize("allowed", [False, True])
async def test_what_others_can_reach_starts_with_keys_or_by_leave_alone(allowed, capsys):
    settings = load(allow_anonymous=allowed)
    url = url_of(listener := listen("0.0.0.0", 0))
    service = running(settings, listener=listener, consuming=False)
    if allowed:
        async with service, httpx.AsyncClient(trust_env=False) as http:
            assert (await http.get(f"{url}/v1/models")).status_code == 200
        assert "for whoever reaches it" in capsys.readouterr().err
        return
    with pytest.raises(WrongUse, match=r"^Without keys .*stt keys create.*STT_HOST.*STT_ALLOW_ANONYMOUS"):
        async with service:
            pass
    async with bootstrap.keys(settings) as keys:
        made = await keys.create(Wanted("first"))
    url = url_of(listener := listen("0.0.0.0", 0))
    async with running(settings, listener=listener, consuming=False), httpx.AsyncClient(trust_env=False) as http:
        assert (await http.get(f"{url}/v1/models")).status_code == 401
        headers = {"Authorization": f"Bearer {made.secret}"}
        assert (await http.get(f"{url}/v1/models", headers=headers)).status_code == 200
        assert (await http.get(f"{url}/v1/models", headers=headers | {"Host": "any.example"})).status_code == 200


async def test_a_service_without_keys_says_whom_it_is_for(capsys):
    async with running(load(), listener=listen("127.0.0.1", 0), consuming=False):
        pass
    assert "for this machine alone" in capsys.readouterr().err


def test_a_consumer_on_the_database_and_a_folder_loads_nothing_of_what_it_has_no_use_for():
    code = """
import sys, stt.cli.main, stt.cli.service
print([name for name in ("fastapi", "uvicorn", "aio_pika", "minio", "obstore") if name in sys.modules])
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=600, check=True)
    assert done.stdout.strip() == "[]"
