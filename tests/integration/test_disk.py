"""The service on a disk of its own, which fills up, turns read-only and comes back."""

import contextlib
import subprocess

import httpx
import pytest

from stt.cli.doctor.checks import CHECKS, Verdict, examined
from stt.cli.service import running
from stt.cli.settings import load
from stt.domain.errors import DatabaseUnavailable
from tests.embedded_service import embedded_service
from tools.encoded_audio import encoded

MP3 = encoded(".mp3") + bytes(100_000)


class Disk:
    """A small file system in memory."""

    def __init__(self, place):
        self.place = place

    def mount(self, *options):
        command = ["mount", "-t", "tmpfs", "-o", ",".join(("size=4m", *options)), "tmpfs", str(self.place)]
        return subprocess.run(command, capture_output=True, check=False).returncode == 0

    def unmount(self):
        subprocess.run(["umount", "--lazy", str(self.place)], capture_output=True, check=False)

    def fill(self):
        with contextlib.suppress(OSError), (self.place / "filler").open("ab", buffering=0) as filler:
            while True:
                filler.write(bytes(1024))

    def make_room(self):
        (self.place / "filler").unlink()


@pytest.fixture
def disk(tmp_path):
    disk = Disk(tmp_path / "disk")
    disk.place.mkdir()
    if not disk.mount():
        pytest.skip("only root mounts a disk")
    yield disk
    disk.unmount()


async def ready_and_upload(embedded):
    transport = httpx.ASGITransport(embedded.app())
    async with httpx.AsyncClient(transport=transport, base_url="http://stt") as client:
        ready = await client.get("/health/ready")
        upload = await client.post("/api/stt/upload", files={"file": ("talk.mp3", MP3)})
    return ready, upload


async def test_a_full_disk_is_told_by_ready_as_by_an_upload_and_heals(disk):
    async with embedded_service(disk.place) as embedded:
        disk.fill()
        ready, upload = await ready_and_upload(embedded)
        assert (ready.status_code, upload.status_code) == (503, 507)
        parts = ready.json()["parts"]
        assert parts["storage"] == {
            "status": "down",
            "detail": "The disk of the object storage is full; try again later.",
        }
        assert parts["database"] == {"status": "down", "detail": "The database is full; try again later."}
        assert (upload.json()["code"], upload.json()["detail"]) == ("storage_full", parts["storage"]["detail"])
        assert await embedded.nothing_is_left()
        disk.make_room()
        ready, upload = await ready_and_upload(embedded)
        assert (ready.status_code, upload.status_code) == (200, 200)


async def test_a_storage_disk_that_is_away_takes_nothing_until_it_is_back(disk, tmp_path):
    async with embedded_service(tmp_path / "elsewhere", storage_root=disk.place / "objects") as embedded:
        disk.unmount()
        ready, upload = await ready_and_upload(embedded)
        assert (ready.status_code, upload.status_code) == (503, 503)
        assert ready.json()["parts"]["storage"]["detail"] == "The disk of the object storage is gone; try again later."
        assert list(disk.place.iterdir()) == []


@pytest.mark.parametrize(
    ("option", "reason"), [("size=4k", "No space left on device"), ("ro", "Read-only file system")]
)
async def test_to_begin_on_a_disk_that_takes_nothing_names_the_file_and_the_reason(disk, option, reason):
    disk.unmount()
    disk.mount(option)
    if option.startswith("size"):
        disk.fill()
    settings = load(data_dir=disk.place, scratch_dir=disk.place / "scratch")
    with pytest.raises(DatabaseUnavailable) as refused:
        async with running(settings, listener=None, consuming=False):
            pass
    assert str(disk.place / "stt.db") in refused.value.message
    for name in ("database", "storage", "scratch"):
        check, advice = CHECKS[name]
        finding = await examined(check, settings, advice)
        assert finding.verdict is Verdict.FAIL
        assert str(disk.place) in finding.what
        assert reason in finding.what or "full" in finding.what, finding.what
