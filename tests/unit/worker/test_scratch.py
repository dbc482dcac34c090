"""Local files of attempts, where other users and services may have theirs too."""

import contextlib
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from stt.core import config
from stt.domain.errors import ScratchUnavailable
from stt.worker.scratch import MARK, STALE_SECONDS, scratch_directory, sweep

NOBODY = 65534
ROOT = os.geteuid() == 0
only_root = pytest.mark.skipif(not ROOT, reason="only root can give a directory to somebody else")


def names(root: Path) -> list[str]:
    return sorted(path.name for path in root.iterdir())


def age(directory: Path, seconds: float = 2 * STALE_SECONDS) -> None:
    for path in (directory / MARK, directory):
        os.utime(path, (time.time() - seconds,) * 2)


def left_by_a_dead_process(root: Path, job_id: str = "dead") -> Path:
    """What an attempt leaves whose process is killed."""
    script = (
        "import os, sys; from pathlib import Path; from stt.worker.scratch import scratch_directory\n"
        "with scratch_directory(Path(sys.argv[1]), sys.argv[2]) as directory:\n"
        "    (directory / 'source').write_bytes(b'audio'); os.kill(os.getpid(), 9)"
    )
    subprocess.run([sys.executable, "-c", script, root, job_id], check=False)
    assert (root / job_id / "source").exists()
    return root / job_id


def test_an_attempt_has_the_directory_of_its_job_alone_and_leaves_nothing(tmp_path):
    root = tmp_path / "deep" / "scratch"
    with scratch_directory(root, "job") as directory:
        assert directory == root / "job"
        assert directory.stat().st_mode & 0o777 == root.stat().st_mode & 0o777 == 0o700
        (directory / "source").write_bytes(b"audio")
    assert names(root) == []


def test_an_attempt_that_lost_its_claim_and_its_successor_keep_out_of_each_other_s_way(tmp_path):
    with scratch_directory(tmp_path, "job") as first:
        with scratch_directory(tmp_path, "job") as second:
            assert second.parent == first.parent
            (first / "source").write_bytes(b"1")
            (second / "source").write_bytes(b"2")
        assert (first / "source").read_bytes() == b"1"
    assert names(tmp_path) == []


def test_it_is_removed_when_the_attempt_fails(tmp_path):
    with contextlib.suppress(ZeroDivisionError), scratch_directory(tmp_path, "job") as directory:
        (directory / "source").symlink_to(__file__)
        raise ZeroDivisionError
    assert names(tmp_path) == []
    assert Path(__file__).exists()


def test_what_a_dead_process_left_is_swept_and_what_lives_is_not(tmp_path):
    age(left_by_a_dead_process(tmp_path))
    young = left_by_a_dead_process(tmp_path, "young")
    with scratch_directory(tmp_path, "alive") as alive:
        age(alive)
        sweep(tmp_path)
        assert names(tmp_path) == ["alive", "young"]
        age(young)
        sweep(tmp_path)
        assert names(tmp_path) == ["alive"]


def test_what_was_not_made_here_is_never_touched(tmp_path):
    elsewhere, root = tmp_path / "elsewhere", tmp_path / "shared"
    for directory in (elsewhere, root / "photos", root / "0c9f7c1e-6a0e-4a39-8f0f-7d8b6b9b6d51", root / "marked"):
        directory.mkdir(parents=True)
        (directory / "precious").write_bytes(b"1")
    (elsewhere / MARK).touch()
    age(elsewhere)
    (root / "link").symlink_to(elsewhere)
    (root / "marked" / MARK).symlink_to(elsewhere / "precious")
    (root / "file").touch()
    for path in root.iterdir():
        os.utime(path, (0, 0), follow_symlinks=False)
    sweep(root)
    assert names(root) == ["0c9f7c1e-6a0e-4a39-8f0f-7d8b6b9b6d51", "file", "link", "marked", "photos"]
    assert len(list(tmp_path.rglob("precious"))) == 4


def test_sweeping_where_there_is_nothing_does_nothing(tmp_path):
    sweep(tmp_path / "nowhere")
    assert names(tmp_path) == []


@only_root
def test_what_another_user_left_is_never_touched(tmp_path):
    left = left_by_a_dead_process(tmp_path)
    age(left)
    os.chown(left / MARK, NOBODY, NOBODY)
    sweep(tmp_path)
    os.chown(left, NOBODY, NOBODY)
    sweep(tmp_path)
    assert names(tmp_path) == ["dead"]


@only_root
def test_a_directory_that_another_user_has_put_where_everybody_can_is_not_used(tmp_path):
    tmp = tmp_path / "tmp"
    (tmp / "scratch").mkdir(parents=True)
    tmp.chmod(0o1777)
    os.chown(tmp / "scratch", NOBODY, NOBODY)
    for root in (tmp / "scratch", tmp / "scratch" / "deeper"):
        refused = pytest.raises(ScratchUnavailable, match=r"scratch belongs to another user, nobody; .*STT_SCRATCH_DIR")
        with refused, scratch_directory(root, "job"):
            pass
    assert names(tmp / "scratch") == []
    (tmp / "scratch").rename(tmp_path / "scratch")
    with scratch_directory(tmp_path / "scratch", "job"):  # an administrator has put it there
        pass


@only_root
def test_a_link_that_another_user_has_put_where_everybody_can_is_not_followed(tmp_path):
    tmp, secret = tmp_path / "tmp", tmp_path / "secret"
    tmp.mkdir()
    secret.mkdir()
    tmp.chmod(0o1777)
    (tmp / "scratch").symlink_to(secret)
    os.chown(tmp / "scratch", NOBODY, NOBODY, follow_symlinks=False)
    with pytest.raises(ScratchUnavailable), scratch_directory(tmp / "scratch", "job"):
        pass
    assert names(secret) == []


def test_a_directory_that_somebody_has_put_in_the_way_of_a_job_is_not_entered(tmp_path):
    (tmp_path / "job").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "job")
    for job_id in ("job", "link"):
        with scratch_directory(tmp_path, job_id) as directory:
            (directory / "source").touch()
            assert directory.name != job_id
    assert names(tmp_path / "job") == []


@pytest.mark.parametrize("how", ["a file", "read-only"])
def test_a_place_that_takes_no_files_is_an_outage_that_names_it(tmp_path, how):
    root = tmp_path / "scratch"
    if how == "a file":
        root.touch()
    elif ROOT:
        root = Path("/proc/stt")
    else:
        root.mkdir(mode=0o500)
    with pytest.raises(ScratchUnavailable, match=f"{root} .STT_SCRATCH_DIR.: [A-Z]"), scratch_directory(root, "job"):
        pass


def test_the_default_is_another_one_where_another_user_was_first(tmp_path, monkeypatch):
    monkeypatch.delenv("STT_SCRATCH_DIR", raising=False)
    monkeypatch.setattr(config, "SCRATCH", tmp_path / "stt_processing")
    monkeypatch.setenv("STT_SCRATCH_DIR", str(config.SCRATCH))
    assert config.Settings().scratch_dir == config.SCRATCH
    config.SCRATCH.mkdir()
    assert config.Settings().scratch_dir == config.SCRATCH
    mine = os.geteuid()
    monkeypatch.setattr(os, "geteuid", lambda: mine + 1)
    assert config.Settings().scratch_dir == tmp_path / f"stt_processing-{mine + 1}"
