import httpx
import pytest

from stt.core.storage.local import LocalStorage
from stt.domain.audio.media_types import media_type_of
from tests.embedded_service import embedded_service
from tests.unit.api.test_job_routes import MP3, upload
from tools.encoded_audio import encoded


@pytest.fixture
async def url(client):
    return f"/api/stt/jobs/{await upload(client, 'băng ghi 1.mp3')}/media"


async def test_the_audio_is_there_as_it_was_uploaded(client, url):
    answer = await client.get(url)
    assert (answer.status_code, answer.content) == (200, MP3)
    assert answer.headers["content-type"] == "audio/mpeg"
    assert answer.headers["accept-ranges"] == "bytes"
    assert answer.headers["content-length"] == str(len(MP3))
    assert "filename*=UTF-8''b%C4%83ng%20ghi%201.mp3" in answer.headers["content-disposition"]
    assert answer.headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize(
    ("asked", "start", "end"),
    [
        ("bytes=0-0", 0, 1),
        ("bytes=10-19", 10, 20),
        ("bytes=100-", 100, len(MP3)),
        ("bytes=-7", len(MP3) - 7, len(MP3)),
        (f"bytes=-{10 * len(MP3)}", 0, len(MP3)),
        (f"bytes=5-{10 * len(MP3)}", 5, len(MP3)),
    ],
)
async def test_a_range_is_answered_with_the_range(client, url, asked, start, end):
    answer = await client.get(url, headers={"Range": asked})
    assert (answer.status_code, answer.content) == (206, MP3[start:end])
    assert answer.headers["content-range"] == f"bytes {start}-{end - 1}/{len(MP3)}"
    assert answer.headers["content-length"] == str(end - start)


@pytest.mark.parametrize("asked", ["bytes=0-1,4-5", "seconds=0-1", "bytes=-", "bytes=9-3", "bytes=a-b", "bytes"])
async def test_what_is_no_single_range_of_bytes_is_as_none(client, url, asked):
    answer = await client.get(url, headers={"Range": asked})
    assert (answer.status_code, answer.content) == (200, MP3)


@pytest.mark.parametrize("asked", [f"bytes={len(MP3)}-", "bytes=-0", "bytes=999999999999-"])
async def test_a_range_behind_the_end_is_refused(client, url, asked):
    answer = await client.get(url, headers={"Range": asked})
    assert (answer.status_code, answer.json()["code"]) == (416, "range_not_satisfiable")
    assert answer.headers["content-range"] == f"bytes */{len(MP3)}"


async def test_a_range_counts_only_while_the_file_is_the_same(client, url):
    tag = (await client.get(url)).headers["etag"]
    assert (await client.get(url, headers={"Range": "bytes=0-3", "If-Range": tag})).status_code == 206
    other = await client.get(url, headers={"Range": "bytes=0-3", "If-Range": '"other"'})
    assert (other.status_code, other.content) == (200, MP3)
    assert (await client.get(url, headers={"If-None-Match": f'"x", {tag}'})).status_code == 304


async def test_of_audio_that_is_gone_that_is_said(client, embedded, url):
    await embedded.storage.delete_prefix(f"uploads/{url.split('/')[-2]}/")
    answer = await client.get(url)
    assert (answer.status_code, answer.json()["code"]) == (404, "media_missing")
    assert (await client.get("/api/stt/jobs/nobody/media")).json()["code"] == "job_not_found"


class Counting(LocalStorage):
    taken = 0

    async def get(self, key, start=0, end=None):
        async for block in super().get(key, start, end):
            self.taken += len(block)
            yield block


async def test_a_seek_in_two_gigabytes_and_a_look_at_the_head_read_little(tmp_path):
    storage = Counting(tmp_path / "objects")
    async with (
        embedded_service(tmp_path, storage=storage) as running,
        httpx.AsyncClient(transport=httpx.ASGITransport(running.app()), base_url="http://stt") as client,
    ):
        job_id = await upload(client)
        (path,) = (tmp_path / "objects" / "uploads" / job_id).iterdir()
        with path.open("r+b") as file:
            file.truncate(2 * 1024**3)
            file.seek(1024**3)
            file.write(b"in the middle")
        answer = await client.get(f"/api/stt/jobs/{job_id}/media", headers={"Range": "bytes=1073741824-1073741836"})
        assert answer.content == b"in the middle"
        head = await client.head(f"/api/stt/jobs/{job_id}/media")
        assert (head.headers["content-length"], head.content) == (str(2 * 1024**3), b"")
    assert storage.taken < 200_000


@pytest.mark.parametrize(
    ("extension", "media_type"),
    [
        (".mp3", "audio/mpeg"),
        (".wav", "audio/wav"),
        (".flac", "audio/flac"),
        (".ogg", "audio/ogg"),
        (".webm", "audio/webm"),
        (".mkv", "audio/x-matroska"),
        (".m4a", "audio/mp4"),
        (".mp4", "video/mp4"),
        (".mov", "video/quicktime"),
        (".aac", "audio/aac"),
        (".aiff", "audio/aiff"),
    ],
)
def test_the_media_type_is_that_of_the_content(extension, media_type):
    assert media_type_of(encoded(extension)) == media_type


def test_what_is_not_known_is_bytes_and_pictures_make_a_video():
    assert media_type_of(b"<html><script>alert(1)</script>") == "application/octet-stream"
    webm = encoded(".webm")
    assert media_type_of(webm.replace(b"A_OPUS", b"V_VP8\0")) == "video/webm"
