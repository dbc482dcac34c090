"""The service as commands ask it: by `stt.client`, with what to do where something is wrong."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from http import HTTPStatus

from stt.cli.errors import CommandError, WrongUse
from stt.client import AsyncClient, ClientError, NoService, NotAUrl, Refused
from stt.client.connection import KEY_VARIABLE


@asynccontextmanager
async def service_at(url: str) -> AsyncIterator[AsyncClient]:
    """The service at a URL; what it raises is told as a command tells it: `WrongUse`, or `CommandError`."""
    try:
        async with AsyncClient(url) as client:
            yield client
    except NotAUrl as error:
        raise WrongUse(str(error)) from error
    except NoService as error:
        raise WrongUse(f"{error} Start one with 'stt serve', or name another with --url or STT_URL.") from error
    except Refused as error:
        if error.status == HTTPStatus.UNAUTHORIZED:
            raise CommandError(f"{error.detail} The command takes the key from {KEY_VARIABLE}.") from error
        raise CommandError(str(error)) from error
    except ClientError as error:
        raise CommandError(str(error)) from error
