"""`scripts/services`: what it says before anything runs, and that data outlive a stop and a kill -9."""

import io
import os
import shlex
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from minio import Minio

SCRIPT = Path(__file__).parents[2] / "scripts" / "services"
IN_CI = os.environ.get("CI") == "true"
# What the script itself runs: with these alone on PATH there is no MinIO, no go and no docker.
TOOLS = "bash cat cksum cut dirname flock grep install mkdir od realpath tail tr"


class Services:
    """The script with a directory, and so with data and ports, of its own."""

    def __init__(self, directory: Path, **environment: str) -> None:
        self.directory = directory
        self.environment = os.environ | {"STT_SERVICES_DIR": str(directory)} | environment

    def __call__(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [SCRIPT, *arguments],
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=900,
            check=False,
        )

    def start(self, name: str) -> None:
        result = self("start", name)
        assert result.returncode == 0, result.stdout + result.stderr

    def settings(self) -> dict[str, str]:
        lines = shlex.split(self("env").stdout)
        return dict(word.split("=", 1) for word in lines if word != "export")

    def require(self, name: str) -> None:
        """Skip where the server is missing; with CI=true go on, so that a failing `start` fails the test."""
        status = self("status", name).stdout
        if "missing" in status and not IN_CI:
            pytest.skip(status.strip())


@pytest.fixture
def services() -> Iterator[Services]:
    # Not tmp_path: only its owner can pass through that, and PostgreSQL has a user of its own.
    with tempfile.TemporaryDirectory(prefix="stt-services-") as directory:
        Path(directory).chmod(0o711)
        script = Services(Path(directory) / "services")
        yield script
        assert script("stop").returncode == 0


def test_help_tells_every_verb(services: Services) -> None:
    result = services("--help")
    assert result.returncode == 0
    for verb in ("start", "stop", "kill", "status", "env", "rabbitmqctl"):
        assert f"\n  {verb} " in result.stdout


@pytest.mark.parametrize("arguments", [(), ("restart",), ("start", "mysql")])
def test_wrong_usage_exits_2_and_says_what_is_right(services: Services, arguments: tuple[str, ...]) -> None:
    result = services(*arguments)
    assert result.returncode == 2
    assert "rabbitmq, postgres" in result.stderr


def test_a_port_out_of_range_is_refused(tmp_path: Path) -> None:
    result = Services(tmp_path / "services", STT_SERVICES_PORT="70000")("status")
    assert result.returncode == 2
    assert "from 1024 to 65530" in result.stderr


def test_in_a_fresh_directory_nothing_runs_and_asking_makes_nothing(services: Services) -> None:
    status = services("status")
    assert status.returncode == 1
    lines = status.stdout.splitlines()
    assert [line.split()[0] for line in lines] == ["rabbitmq", "postgres", "minio"]
    assert all(line.split()[1] in {"stopped", "missing"} for line in lines)
    assert services("env").stdout == ""
    assert services("env", "--service").stdout == ""
    assert not services.directory.exists()


def test_a_server_that_cannot_be_had_is_named_and_exits_3(tmp_path: Path) -> None:
    for tool in TOOLS.split():
        found = shutil.which(tool)
        assert found, f"{tool} is not on PATH"
        (tmp_path / tool).symlink_to(found)
    services = Services(tmp_path / "services", PATH=str(tmp_path), XDG_CACHE_HOME=str(tmp_path / "cache"))
    result = services("start", "minio")
    assert result.returncode == 3, result.stdout + result.stderr
    assert result.stderr.startswith("minio: cannot be had: ")


@pytest.mark.parametrize("verb", ["stop", "kill"])
def test_a_stranger_with_the_number_of_the_pid_file_is_left_alone(services: Services, verb: str) -> None:
    services.directory.mkdir()
    with subprocess.Popen(["/usr/bin/env", "sleep", "60"]) as stranger:
        (services.directory / "minio.pid").write_text(f"{stranger.pid}\n")
        assert services(verb, "minio").returncode == 0
        assert stranger.poll() is None
        stranger.kill()


def test_minio_keeps_an_object_through_stop_and_start(services: Services) -> None:
    services.require("minio")
    services.start("minio")
    settings = services.settings()
    client = Minio(
        settings["STT_TEST_MINIO_ENDPOINT"],
        access_key=settings["STT_TEST_MINIO_ACCESS_KEY"],
        secret_key=settings["STT_TEST_MINIO_SECRET_KEY"],
        secure=False,
    )
    client.make_bucket("kept")
    client.put_object("kept", "object", io.BytesIO(b"bytes"), 5)
    assert services("stop", "minio").returncode == 0
    assert services("status", "minio").returncode == 1
    assert services.settings() == {}

    services.start("minio")
    with client.get_object("kept", "object") as answer:
        assert answer.read() == b"bytes"
    assert services.settings() == settings


def test_postgres_keeps_a_row_through_kill_and_start(services: Services) -> None:
    services.require("postgres")
    services.start("postgres")
    url = services.settings()["STT_TEST_DATABASE_URL"]
    with psycopg.connect(url) as connection:
        connection.execute("create table kept as select 42 as number")
    assert services("kill", "postgres").returncode == 0
    with pytest.raises(psycopg.OperationalError):
        psycopg.connect(url)

    services.start("postgres")
    services.start("postgres")
    with psycopg.connect(url) as connection:
        assert connection.execute("select number from kept").fetchall() == [(42,)]
