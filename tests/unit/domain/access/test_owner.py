import subprocess
import sys

import pytest

ASKING = """
from stt.domain.access.owner import Owner
from stt.repositories.jobs.chunk_repository import ChunkRepository
from stt.repositories.jobs.job_repository import JobRepository
from stt.services.jobs.job_service import JobService


async def asks(owner: Owner, job_id: str, jobs: JobService, rows: JobRepository, chunks: ChunkRepository) -> None:
"""


@pytest.fixture
def complaints(tmp_path):
    """How many errors the type checker finds in each of these lines."""

    def check(*lines):
        file = tmp_path / "asking.py"
        file.write_text(ASKING + "".join(f"    await {line}\n" for line in lines))
        checked = [sys.executable, "-m", "mypy", "--cache-dir=.mypy_cache", "--config-file=pyproject.toml", str(file)]
        said = subprocess.run(checked, capture_output=True, text=True, check=False).stdout
        first = ASKING.count("\n") + 1
        return [f"asking.py:{first + number}: error" in said for number in range(len(lines))]

    return check


def test_to_forget_the_owner_or_give_any_text_for_it_does_not_type_check(complaints):
    calls = ("jobs.status", "jobs.result", "jobs.cancel", "rows.get", "rows.cancel")
    good = [f"{call}(owner, job_id)" for call in calls]
    forgotten = [f"{call}(job_id)" for call in calls]
    swapped = [f"{call}(job_id, owner)" for call in calls]
    assert complaints(*good, *forgotten, *swapped) == [False] * 5 + [True] * 10
