"""schemathesis over the OpenAPI document of a running service: what it sends, and what it holds against answers."""

import json
import subprocess
import sys
from pathlib import Path

SAMPLE = Path(__file__).parents[1] / "src/stt/assets/sample-en.flac"
CHANGING = ("cancel", "cancel_job", "delete_job", "redo_job", "retry_job")
"""Operations that would end the job that others read."""
PARTICULAR = (
    "upload", "create_job", "create_transcription", "create_translation", "create_webhook", "create_speaker",
    "job_transcript",
    "list_jobs", "create_direct_upload", "edit_transcript", "redo_job", "revert_transcript",
)  # fmt: skip
"""Operations that refuse what fits their schema: files without audio, hosts unknown, lines where there are none,
direct uploads where there is a folder, cursors that lead nowhere, versions that are not the newest, numbers of
speakers that are none."""
ENDLESS = "/api/stt/events"
OTHER_PROTOCOL = "^/api/stt/uploads"
"""tus has statuses and media types of its own, and is held to it by its own client (tests/conformance/test_tus.py)."""
KEYED_ALONE = ("ignored_auth", "missing_required_header")
"""Checks that keys are asked for: without any there is nothing to ask."""


def probe(service, *options):
    """Send what the document allows and forbids; returns what schemathesis says, and whether it found nothing.

    Two jobs are there: one completed, to be read, and one to be ended.
    """
    read = service.submit(SAMPLE, language="en")
    spare = service.submit(SAMPLE, language="en")
    service.wait(read)
    config = service.directory / "schemathesis.toml"
    config.write_text(_config(read, spare, with_keys=bool(service.headers)))
    command = [Path(sys.executable).with_name("schemathesis"), "--config-file", config, "run"]
    command += [f"{service.url}/openapi.json", "--exclude-path", ENDLESS, "--request-timeout", "20", "--no-color"]
    command += ["--exclude-path-regex", OTHER_PROTOCOL]
    command += ["--workers", "2", "--continue-on-failure", "--warnings", "off", *options]
    command += [f"--header={name}: {value}" for name, value in service.headers.items()]
    command += [] if service.headers else ["--exclude-checks", ",".join(KEYED_ALONE)]
    done = subprocess.run(command, check=False, cwd=service.directory, capture_output=True, text=True)
    return done.returncode == 0, done.stdout + done.stderr


def _config(read, spare, *, with_keys):
    return f"""
[generation]
with-security-parameters = {json.dumps(with_keys)}

[parameters]
"path.job_id" = {json.dumps(read)}

[[operations]]
include-operation-id = {json.dumps(CHANGING)}
parameters = {{ "path.job_id" = {json.dumps(spare)} }}

[[operations]]
include-operation-id = {json.dumps(PARTICULAR)}
checks.positive_data_acceptance.enabled = false
"""
