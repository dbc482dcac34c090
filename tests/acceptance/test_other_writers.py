"""What other programs write becomes words: hundreds of odd but valid files of one recording."""

import pytest

from tests.acceptance.service import Service
from tools.other_writers.files import PACKAGES, make, missing_programs
from tools.speech import compose

MOST_WRONG_WORDS = 2
"""Of six: codings of telephones and of few bits take away what tells some words apart."""
MOST_HARD = 0.02
"""Part of the files of which more may be wrong: Opus of 5 ms at 12 kbit/s leaves the model one word. That what is
decoded is what was recorded is `make other-writers`."""


@pytest.mark.long
@pytest.mark.skipif(bool(missing_programs()), reason=f"needs scripts/debian-packages {' '.join(PACKAGES)}")
def test_files_of_every_writer_are_completed_with_words(tmp_path):
    recording = compose("en", 4.0, seed=11)
    spoken = [word.text for word in recording.words]
    home = tmp_path / "service"
    home.mkdir()
    files = make(recording, tmp_path)
    assert [file for file in files if file.failure] == []
    assert len(files) >= 300
    with Service(home, {"STT_POLL_SECONDS": "0.1"}, consumers=0) as service:
        jobs = {f"{file.path.name} {file.name}": service.submit(file.path, language="en") for file in files}
        wrong, hard = {}, {}
        for name, job_id in jobs.items():
            status = service.wait(job_id, 600)
            heard = service.result(job_id)["text"].split() if status["status"] == "COMPLETED" else []
            if not heard or status["notes"] or status["broke_off"] is not None:
                wrong[name] = (status["error_message"], heard, status["notes"], status["broke_off"])
            if len([word for word in spoken if word not in heard]) > MOST_WRONG_WORDS:
                hard[name] = heard
    assert wrong == {}
    assert len(hard) <= MOST_HARD * len(files), hard
