"""Engines are named in one place."""

import pytest

from stt.domain.errors import JobFailure
from stt.domain.whisper.engine import Engine, engine_named
from stt.services.jobs.options import Choices, UploadPolicy, choose_options


@pytest.mark.parametrize("engine", Engine)
def test_every_engine_can_be_chosen_and_says_what_it_loads(engine):
    assert engine_named(str(engine)) is engine
    assert choose_options(UploadPolicy(1), Choices(engine=engine.upper())).engine is engine
    assert engine.traits.weights


@pytest.mark.parametrize("name", ["", "kaldi", "Whisper.cpp", "faster_whisper"])
def test_another_name_is_an_error_and_never_another_engine(name):
    with pytest.raises(JobFailure, match=r"it is one of faster-whisper, whisper\.cpp") as caught:
        engine_named(name)
    assert caught.value.error_code == "unknown_engine"
