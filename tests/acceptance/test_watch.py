"""`stt watch` as a process, with a service beside it and with one in it."""

import shutil
import signal

from minio import Minio

from stt.worker.models.store import PACKAGED
from tests.acceptance.conftest import environment_of
from tests.acceptance.service import Service
from tests.acceptance.test_cli import started, stt
from tools.service import base_environment, wait_for

SAMPLE = PACKAGED / "sample-en.flac"


def test_each_file_is_transcribed_once_though_the_watch_is_killed(tmp_path):
    folder = tmp_path / "in"
    folder.mkdir()
    with Service(tmp_path, {"STT_DEFAULT_MODEL": "demo"}, consumers=0) as service:
        environment = service.environment | {"STT_URL": service.url}
        words = ("watch", folder, "--language", "en", "--format", "txt", "--format", "srt")

        def jobs():
            return service.get("/api/stt/jobs").json()["data"]

        shutil.copy(SAMPLE, folder / "one.flac")
        with started(environment, tmp_path / "watch.log", *words) as process:
            wait_for(jobs, 60, service.logs)
            process.kill()
        with started(environment, tmp_path / "watch.log", *words) as process:
            (folder / "two.flac").write_bytes(SAMPLE.read_bytes()[:1000])
            with (folder / "two.flac").open("ab") as growing:
                growing.write(SAMPLE.read_bytes()[1000:])
            (folder / "three.mp3").write_bytes(b"no audio at all")
            wait_for(lambda: not [path for path in folder.iterdir() if path.is_file()], 90, service.logs)
            process.send_signal(signal.SIGTERM)
            assert process.wait(30) == 0, (tmp_path / "watch.log").read_text()
        assert [job["status"] for job in jobs()] == ["COMPLETED"] * 2
        transcript = service.result(jobs()[0]["job_id"])["text"]
        for name in ("one", "two"):
            assert (folder / f"done/{name}.txt").read_text().strip() == transcript != ""
            assert (folder / f"done/{name}.srt").read_text().startswith("1\n00:00:")
        assert "(content_mismatch)" in (folder / "failed/three.mp3.error.txt").read_text()


def test_it_works_without_a_service(tmp_path):
    folder = tmp_path / "in"
    folder.mkdir()
    shutil.copy(SAMPLE, folder / "one.flac")
    environment = base_environment() | {
        "STT_DATA_DIR": str(tmp_path / "data"), "STT_SCRATCH_DIR": str(tmp_path / "scratch"),
        "STT_MODEL_DOWNLOADS": "false",
    }  # fmt: skip
    outcome = stt(environment, "watch", folder, "--alone", "--once", "--model", "demo", "--language", "en")
    assert (outcome.returncode, outcome.stdout) == (0, f"{folder / 'done/one.txt'}\n"), outcome.stderr
    (folder / "bad.mp3").write_bytes(b"no audio at all")
    assert stt(environment, "watch", folder, "--alone", "--once", "--model", "demo").returncode == 1
    assert (folder / "failed/bad.mp3.error.txt").exists()


def test_each_object_of_a_bucket_is_transcribed_once_though_the_watch_is_killed(tmp_path, request):
    with environment_of(("minio",), request) as store:
        bucket = store["MINIO_BUCKET"]
        client = Minio(store["MINIO_ENDPOINT"], store["MINIO_ACCESS_KEY"], store["MINIO_SECRET_KEY"], secure=False)
        client.make_bucket(bucket)

        def keys():
            return [entry.object_name for entry in client.list_objects(bucket, "in/", recursive=True)]

        with Service(tmp_path, store | {"STT_DEFAULT_MODEL": "demo"}, consumers=0) as service:
            environment = service.environment | {"STT_URL": service.url}
            words = ("watch", f"s3://{bucket}/in", "--language", "en")
            client.fput_object(bucket, "in/one.flac", SAMPLE)
            with started(environment, tmp_path / "watch.log", *words) as process:
                wait_for(lambda: service.get("/api/stt/jobs").json()["data"], 60, service.logs)
                process.kill()
            outcome = stt(environment, *words, "--once")
            assert (outcome.returncode, outcome.stdout) == (0, f"s3://{bucket}/in/done/one.txt\n"), outcome.stderr
            assert keys() == ["in/done/one.flac", "in/done/one.txt"]
            [job] = service.get("/api/stt/jobs").json()["data"]
            written = client.get_object(bucket, "in/done/one.txt").read().decode()
            assert written.strip() == service.result(job["job_id"])["text"] != ""
    outcome = stt(environment | {"MINIO_ENDPOINT": ""}, *words, "--once")
    assert (outcome.returncode, "MINIO_ENDPOINT is not set" in outcome.stderr) == (2, True), outcome.stderr
