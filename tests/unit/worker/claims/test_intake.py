from stt.domain.access.owner import ANONYMOUS
from stt.domain.jobs.messages import JobMessage
from stt.domain.jobs.retention import Retention
from stt.repositories.jobs.job_repository import JobRepository
from stt.worker.claims.intake import Intake


async def test_jobs_of_the_queue_are_kept_as_long_as_all_that_do_not_say_it(database):
    jobs, kept = JobRepository(database), Retention(86400.0, 3600.0)
    intake = Intake(jobs, "audio", retention=kept)
    message = JobMessage(job_id="from-elsewhere", minio_path="audio/in/talk.mp3", language="vi", model="demo")
    assert await intake.adopt(message)
    assert (await jobs.get(ANONYMOUS, "from-elsewhere")).retention == kept
