"""A service that began on one machine goes on with servers, in the middle of its work."""

import subprocess
import sys

import jiwer
import pytest

from tests.acceptance.conftest import SETTINGS, environment_of
from tests.acceptance.service import Service
from tools.service import wait_for
from tools.speech import compose, write


def stt(service, environment, *words):
    command = [sys.executable, "-m", "stt", *words]
    done = subprocess.run(
        command,
        env=service.environment | environment,
        cwd=service.directory,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done


@pytest.mark.long
def test_jobs_that_ran_on_sqlite_and_a_folder_are_completed_on_postgresql_and_minio(request, tmp_path):
    talk, clip = compose("vi", 100.0, seed=41), compose("vi", 8.0, seed=42)
    for name, recording in (("talk", talk), ("clip", clip)):
        write(recording, tmp_path / f"{name}.flac")
    with Service(tmp_path, {}, consumers=0) as before:
        done = before.submit(tmp_path / "clip.flac")
        assert before.wait(done, 60)["status"] == "COMPLETED"
        result = before.get(f"/api/stt/result/{done}").content
        running = before.submit(tmp_path / "talk.flac")
        wait_for(lambda: before.status(running).get("chunks_completed", 0) >= 1, 60, before.logs)
        waiting = before.submit(tmp_path / "clip.flac")
        before.kill("serve")
    with environment_of(SETTINGS["distributed"], request) as servers:
        stt(before, servers, "migrate-storage")
        stt(before, servers, "migrate-db")
        with Service(tmp_path, servers) as after:
            assert after.get(f"/api/stt/result/{done}").content == result
            assert after.status(running)["chunks_completed"] >= 1
            for job_id, recording in ((running, talk), (waiting, clip)):
                assert after.wait(job_id, 120)["status"] == "COMPLETED", after.logs()
                assert jiwer.wer(recording.text, after.result(job_id)["text"]) < 0.12
