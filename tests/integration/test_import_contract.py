"""The import contract bites: each planted violation is reported."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]

PLANTED = [
    ("api/routes/job_routes.py", "import stt.worker.processing.processor"),
    ("api/routes/job_routes.py", "import stt.repositories.tables.jobs"),
    ("services/jobs/job_service.py", "import stt.worker.cutting.windows"),
    ("services/jobs/job_service.py", "import stt.core.storage.s3"),
    ("services/jobs/job_service.py", "import fastapi"),
    ("consumer/loop.py", "import stt.services.jobs.job_service"),
    ("consumer/loop.py", "import aio_pika"),
    ("worker/processing/processor.py", "import stt.core.config"),
    ("worker/cutting/windows.py", "import stt.repositories.jobs.job_repository"),
    ("worker/cutting/windows.py", "import time"),
    ("worker/cutting/windows.py", "import stt.worker.recognition.recognizer"),
    ("worker/inference/pool.py", "import stt.worker.preparation.decoder"),
    ("worker/preparation/vad.py", "import _pywhispercpp"),
    ("client/operations.py", "import stt.services.jobs.options"),
    ("client/operations.py", "import stt.core.http_client"),
    ("domain/jobs/job.py", "import pydantic"),
    ("core/storage/local.py", "import stt.repositories.tables.jobs"),
    ("utils.py", "import json"),
]


def lint(source: Path) -> subprocess.CompletedProcess:
    command = [Path(sys.executable).with_name("lint-imports"), "--no-cache", "--config", ROOT / "pyproject.toml"]
    environment = os.environ | {"PYTHONPATH": str(source)}
    return subprocess.run(command, cwd=source, env=environment, capture_output=True, text=True, check=False)


@pytest.fixture
def source(tmp_path):
    shutil.copytree(ROOT / "src" / "stt", tmp_path / "stt", ignore=shutil.ignore_patterns("assets", "__pycache__"))
    return tmp_path


def test_the_code_keeps_the_contract(source):
    result = lint(source)
    assert result.returncode == 0, result.stdout


@pytest.mark.parametrize(("file", "line"), PLANTED)
def test_a_planted_violation_is_reported(source, file, line):
    path = source / "stt" / file
    path.write_text((path.read_text() if path.exists() else "") + f"\n{line}\n")
    assert lint(source).returncode != 0
