"""Which models a caller may name."""

import pytest

from stt.domain.errors import InvalidRequest
from stt.domain.models import CATALOGUE, check_model, is_known_model


@pytest.mark.parametrize("name", [*CATALOGUE, "vinai/PhoWhisper-small", "a/b", "Systran/faster-whisper-tiny.en"])
def test_names_of_the_catalogue_and_repositories_are_known(name):
    assert is_known_model(name)
    assert check_model(name) == name


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
        check_model(name)
    assert caught.value.error_code == "unknown_model"


def test_a_name_of_ones_own_is_taken_where_it_is_installed():
    with pytest.raises(InvalidRequest):
        check_model("hospital")
    assert check_model("hospital", frozenset({"hospital"})) == "hospital"


def test_a_slip_of_the_pen_is_answered_with_the_right_name():
    with pytest.raises(InvalidRequest, match="Did you mean 'medium'"):
        check_model("meduim")
