"""Processes that die at some point, in a test that goes on."""

import contextlib

import pytest


class Killed(BaseException):
    """The process ended: nothing after it is done."""


@contextlib.contextmanager
def killed_behind(monkeypatch, target, name):
    """What runs in here dies when the method of that name has done all that it does."""
    whole = getattr(target, name)

    async def killed(*arguments, **named):
        await whole(*arguments, **named)
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr(target, name, killed)
        with pytest.raises(Killed):
            yield
