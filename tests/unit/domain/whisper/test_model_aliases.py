"""Names that programs for other services send without being asked."""

import pytest

from stt.domain.whisper.model_aliases import OPENAI_NAMES, model_behind


def behind(name, **aliases):
    return model_behind(name, "small", aliases)


@pytest.mark.parametrize(
    ("name", "model"),
    [
        *((name, "small") for name in OPENAI_NAMES),
        ("Systran/faster-whisper-tiny", "tiny"),
        ("systran/faster-whisper-large-v3", "large-v3"),
        ("Systran/faster-whisper-base.en", "base"),
        ("openai/whisper-large", "large-v3"),
        ("openai/whisper-large-v3-turbo", "large-v3-turbo"),
        ("openai/whisper-medium.en", "medium"),
        ("openai/whisper-giant", "openai/whisper-giant"),
        ("vinai/PhoWhisper-small", "vinai/PhoWhisper-small"),
        ("base.en", "base.en"),
    ],
)
def test_names_of_other_services_mean_models_of_this_one(name, model):
    assert behind(name) == model


def test_the_deployments_own_names_go_first():
    assert behind("whisper-1", **{"whisper-1": "base"}) == "base"
    assert behind("openai/whisper-tiny", **{"openai/whisper-tiny": "base"}) == "base"


def test_a_model_for_english_alone_is_itself_where_it_may_be_had():
    name = "Systran/faster-whisper-base.en"
    assert model_behind(name, "small", {}, with_english_only=True) == name
