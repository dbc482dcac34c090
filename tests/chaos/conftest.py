"""What every run needs: a nursery, files, undisturbed transcripts of them."""

import asyncio
import contextlib
import uuid

import pytest

from stt.bootstrap.keys import keys
from stt.domain.access.api_key import Wanted
from tests.acceptance.conftest import SETTINGS, environment_of
from tests.chaos.campaign import Campaign
from tests.chaos.nursery import Nursery
from tests.chaos.receiver import Receiver
from tests.chaos.service import Service
from tests.chaos.story import CLIP, TALK, transcript_of
from tools.speech import compose, write

COMMANDS = {"embedded": ("serve",), "distributed": ("api", "consumer")}


@pytest.fixture(scope="session")
def nursery():
    with Nursery() as started:
        yield started


@pytest.fixture(scope="session")
def paths(tmp_path_factory):
    directory = tmp_path_factory.mktemp("speech")
    for name, seconds in ((TALK, 24.0), (CLIP, 4.0)):
        write(compose("vi", seconds, seed=81), directory / name)
    (directory / "broken.flac").write_bytes((directory / CLIP).read_bytes()[:100])
    return {path.name: path for path in directory.iterdir()}


@pytest.fixture(scope="session")
def files(paths):
    return {name: path.read_bytes() for name, path in paths.items()}


@pytest.fixture(scope="session")
def undisturbed(nursery, tmp_path_factory, paths):
    """The transcript of each file, where nothing ever died."""
    with Service(nursery, tmp_path_factory.mktemp("undisturbed"), {}) as service:
        made = {}
        for name in (TALK, CLIP):
            job_id = service.submit(paths[name])
            assert service.wait(job_id)["status"] == "COMPLETED"
            made[name] = transcript_of(service, job_id)
    return made


async def new_key(settings):
    """The secret of the key of a new owner."""
    async with keys(settings) as some:
        return (await some.create(Wanted("story"))).secret


@pytest.fixture
def campaign(request, nursery, paths, files, tmp_path):
    """Makes a campaign against a service in one of the settings; `**variables` are for all its processes.

    `keyed`: nobody may use it without a key, and the story has one.
    """
    with contextlib.ExitStack() as stack:

        def begin(setting, *, commands=None, keyed=False, **variables):
            environment = stack.enter_context(environment_of(SETTINGS[setting], request))
            receiver = stack.enter_context(Receiver(paths[CLIP]))
            directory = tmp_path / uuid.uuid4().hex
            directory.mkdir()
            service = Service(nursery, directory, environment | variables, commands=commands or COMMANDS[setting])
            if keyed:
                service.headers = {"Authorization": f"Bearer {asyncio.run(new_key(service.settings()))}"}
            stack.enter_context(service)
            return Campaign(service, receiver, files)

        yield begin
