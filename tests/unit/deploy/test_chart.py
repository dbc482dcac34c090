"""The Helm chart: what it is made of, and what Helm makes of it."""

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest
import yaml

from tests.unit.deploy.test_images import PATH, known_variables

CHART = Path(__file__).parents[3] / "deploy/helm/stt"
VALUES = yaml.safe_load((CHART / "values.yaml").read_text())
NEWEST_KUBERNETES = "1.34.0"
EVERYTHING = ("settings.MINIO_ENDPOINT=s3:9000", "keda.enabled=true", "ingress.enabled=true", "ingress.host=a.example")


def tool(name):
    """A tool that `scripts/deploy-tools chart` puts there; without it the test skips, or fails where CI=true."""
    found = shutil.which(name, path=PATH)
    if found is None:
        reason = f"{name} is missing: scripts/deploy-tools chart puts it there"
        if os.environ.get("CI") == "true":
            pytest.fail(reason)
        pytest.skip(reason)
    return found


def helm(command, *settings):
    options = [argument for setting in settings for argument in ("--set", setting)]
    version = ("--kube-version", NEWEST_KUBERNETES)
    words = [tool("helm"), command, *(("stt",) if command == "template" else ("--strict",)), CHART, *version, *options]
    return subprocess.run(words, capture_output=True, text=True, timeout=120, check=False)


def rendered(*settings):
    done = helm("template", *settings)
    assert done.returncode == 0, done.stderr
    documents = [document for document in yaml.safe_load_all(done.stdout) if document]
    return {(document["kind"], document["metadata"]["name"]): document for document in documents}


def test_settings_are_ones_that_the_program_knows():
    assert set(VALUES["settings"]) <= known_variables()
    template = (CHART / "templates/settings.yaml").read_text()
    assert set(re.findall(r"^  (STT_\w+):", template, re.MULTILINE)) <= known_variables()


def test_a_consumer_has_longer_to_leave_than_a_chunk_takes_and_is_scaled_by_what_the_tables_have():
    from stt.core.config import Settings
    from stt.repositories.tables.jobs import ChunkRow, JobRow

    assert VALUES["consumer"]["graceSeconds"] >= Settings.model_fields["chunk_seconds"].metadata[1].le
    asked = re.findall(r"FROM (\w+) WHERE (\w+)", (CHART / "templates/scaling.yaml").read_text())
    assert [(table.__tablename__, "available_at") for table in (ChunkRow, JobRow)] == asked
    assert all("available_at" in table.__table__.columns for table in (ChunkRow, JobRow))


@pytest.mark.long
@pytest.mark.parametrize("settings", [EVERYTHING[:1], EVERYTHING])
def test_it_is_linted_and_what_it_makes_is_what_kubernetes_knows(tmp_path, settings):
    done = helm("lint", *settings)
    assert done.returncode == 0, done.stdout
    files = []
    for (kind, name), document in rendered(*settings).items():
        if kind != "ScaledObject":  # KEDA's own
            files.append(tmp_path / f"{kind}-{name}.yaml")
            files[-1].write_text(yaml.safe_dump(document))
    command = [tool("kubernetes-validate"), "--strict", "-k", NEWEST_KUBERNETES.rpartition(".")[0], *files]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.long
def test_api_and_consumers_stand_apart_are_hardened_and_upgrade_the_tables_first():
    made = rendered(*EVERYTHING)
    for part in ("api", "consumer"):
        pod = made["Deployment", f"stt-{part}"]["spec"]["template"]["spec"]
        [container] = pod["containers"]
        assert container["args"] == [part]
        assert pod["initContainers"][0]["args"] == ["db", "upgrade"]
        assert pod["securityContext"]["runAsNonRoot"] is True
        for one in (container, *pod["initContainers"]):
            assert one["securityContext"]["readOnlyRootFilesystem"] is True
            assert one["securityContext"]["capabilities"] == {"drop": ["ALL"]}
        budget = made["PodDisruptionBudget", f"stt-{part}"]["spec"]
        labels = made["Deployment", f"stt-{part}"]["spec"]["template"]["metadata"]["labels"]
        assert budget["selector"]["matchLabels"].items() <= labels.items()
    consumer = made["Deployment", "stt-consumer"]["spec"]
    assert consumer["template"]["spec"]["terminationGracePeriodSeconds"] == VALUES["consumer"]["graceSeconds"]
    assert "replicas" not in consumer  # KEDA's
    assert made["ScaledObject", "stt-consumer"]["spec"]["scaleTargetRef"] == {"name": "stt-consumer"}
    service = made["Service", "stt-api"]["spec"]["selector"]
    assert service.items() <= made["Deployment", "stt-api"]["spec"]["template"]["metadata"]["labels"].items()


@pytest.mark.long
def test_without_a_server_for_objects_nothing_is_made():
    done = helm("template")
    assert (done.returncode, "settings.MINIO_ENDPOINT names the S3 server" in done.stderr) == (1, True)
