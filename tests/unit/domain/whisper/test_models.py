"""Which models a caller may name."""

import pytest

from stt.domain.errors import InvalidRequest
from stt.domain.whisper.models import ALIASES, ANY, CATALOGUE, ModelList, is_known_model, model_named


@pytest.mark.parametrize("name", [*CATALOGUE, "vinai/PhoWhisper-small", "a/b", "Systran/faster-whisper-tiny.en"])
def test_names_of_the_catalogue_and_repositories_are_known(name):
    assert is_known_model(name)
    assert ModelList((ANY,)).check(name) == name


@pytest.mark.parametrize(
    "name",
    [
        "",
        ".",
        "..",
        "/",
        "small/",
        "/etc",
        "../x",
        "a/../b",
        "a/..",
        "./a",
        "~/a",
        "a//b",
        "a/b/c",
        "a\\b",
        "a b",
        "a/b\n",
    ],
)
def test_a_path_is_no_name(name):
    assert not is_known_model(name)
    with pytest.raises(InvalidRequest) as caught:
        ModelList((ANY,)).check(name)
    assert caught.value.error_code == "unknown_model"


def refusal(models, name):
    with pytest.raises(InvalidRequest) as caught:
        models.check(name)
    assert caught.value.error_code == "unknown_model"
    return caught.value.message


def test_a_name_of_ones_own_is_taken_where_it_is_installed():
    refusal(ModelList(), "hospital")
    assert ModelList(installed={"hospital"}).check("hospital") == "hospital"


@pytest.mark.parametrize(
    ("written", "near"),
    [("meduim", "medium"), ("tubro", "turbo"), ("large-v3-trubo", "large-v3-turbo"), ("tiny.en", "tiny")],
)
def test_a_slip_of_the_pen_is_answered_with_the_right_name(written, near):
    assert f"Did you mean {near!r}" in refusal(ModelList(), written)


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("turbo", "large-v3-turbo"),
        ("large", "large-v3"),
        ("Base", "base"),
        (" LARGE-V3-Turbo ", "large-v3-turbo"),
        ("Owner/Name", "Owner/Name"),
        ("Hospital", "Hospital"),
    ],
)
def test_models_have_the_names_that_openai_gives_them_in_any_case(written, name):
    assert model_named(written) == name
    assert ModelList((ANY,), installed={"Hospital"}).check(written) == name


def test_what_is_installed_under_an_alias_is_that():
    assert ModelList(installed={"turbo"}).check("turbo") == "turbo"


def test_every_alias_is_of_the_catalogue():
    assert set(ALIASES.values()) <= set(CATALOGUE)


def test_repositories_of_the_hub_are_taken_where_they_are_listed():
    for models in (ModelList(), ModelList(("small",)), ModelList(("other/name",))):
        assert "STT_MODELS" in refusal(models, "owner/name")
    for models in (ModelList((ANY,)), ModelList(("owner/name",)), ModelList(installed={"owner/name"})):
        assert models.check("owner/name") == "owner/name"
    assert ModelList(default="owner/name").check("owner/name") == "owner/name"


def test_a_list_of_ones_own_replaces_the_catalogue_and_has_each_once():
    models = ModelList(("small", ANY, "base", "small"), installed={"medium", "base"}, default="base")
    assert models.names == ("small", "base")
    refusal(models, "medium")
    assert ModelList((ANY,), installed={"base", "mine"}, default="mine").names == (*CATALOGUE, "mine")
