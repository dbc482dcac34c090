import httpx
import pytest

from stt.cli.watch import watcher
from stt.cli.watch.folder import Folder
from stt.cli.watch.watcher import Watcher
from stt.client import AsyncClient, NoService, Refused
from stt.domain.formats.rendering import Format
from tests.watched_service import WatchedService


@pytest.fixture
def service():
    return WatchedService()


@pytest.fixture(autouse=True)
def quick(monkeypatch):
    monkeypatch.setattr(Folder, "look_seconds", 0.01)
    monkeypatch.setattr(watcher, "AWAY_SECONDS", 0.01)


async def run(folder, service, *forms):
    async with AsyncClient("http://stt", retries=0, transport=httpx.MockTransport(service)) as client:
        watching = Watcher(client, Folder(folder, settled_seconds=0.0), {"language": "vi"}, forms or [Format.TXT])
        await watching.run(once=True)
        return watching.failures


async def test_each_file_goes_to_done_with_its_transcripts(tmp_path, service, capsys):
    for number in range(20):
        (tmp_path / f"{number}.mp3").write_bytes(b"x")
    assert await run(tmp_path, service, Format.TXT, Format.SRT) == 0
    assert len(service.keys) == len(set(service.keys)) == 20
    assert (tmp_path / "done/7.srt").read_text() == "as srt"
    assert list(tmp_path.iterdir()) == [tmp_path / "done"]
    assert str(tmp_path / "done/7.txt") in capsys.readouterr().out


async def test_what_the_service_does_not_take_lies_beside_its_reason(tmp_path, service):
    (tmp_path / "a.mp3").write_bytes(b"x")
    service.refusals = [415]
    assert await run(tmp_path, service) == 1
    assert (tmp_path / "failed/a.mp3.error.txt").read_text() == "Why. (why)\n"


async def test_a_file_that_is_put_back_after_its_job_failed_is_begun_again(tmp_path, service):
    (tmp_path / "a.mp3").write_bytes(b"x")
    service.status = "FAILED"
    assert await run(tmp_path, service) == 0
    assert service.retries == 1
    assert (tmp_path / "done/a.txt").exists()


@pytest.mark.parametrize(("status", "error"), [(401, Refused), (503, Refused)])
async def test_a_file_is_not_to_blame_for_the_service(tmp_path, service, status, error):
    (tmp_path / "a.mp3").write_bytes(b"x")
    service.refusals = [status]
    with pytest.raises(error):
        await run(tmp_path, service)
    assert (tmp_path / "a.mp3").exists()


async def test_a_file_waits_for_a_service_that_is_away(tmp_path, service, capsys):
    (tmp_path / "a.mp3").write_bytes(b"x")
    left = [httpx.ConnectError("refused")] * 2

    def away(request):
        if left:
            raise left.pop()
        if not (tmp_path / "a.mp3").exists():
            raise AssertionError
        return service(request)

    async with AsyncClient("http://stt", retries=0, transport=httpx.MockTransport(away)) as client:
        watching = Watcher(client, Folder(tmp_path, settled_seconds=0.0), {}, [Format.TXT])
        with pytest.raises(NoService):
            await watching.run(once=True)
        await watching._take(tmp_path / "a.mp3", once=False)
        assert "a.mp3 waits" in capsys.readouterr().err
        await watching._take(tmp_path / "a.mp3", once=False)
    assert (tmp_path / "done/a.txt").exists()
