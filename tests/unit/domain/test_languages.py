import pytest
from faster_whisper.tokenizer import _LANGUAGE_CODES
from hypothesis import given
from hypothesis import strategies as st

from stt.domain.errors import InvalidRequest
from stt.domain.languages import LANGUAGES, check_language


def refusal(language: str) -> InvalidRequest:
    with pytest.raises(InvalidRequest) as caught:
        check_language(language)
    assert caught.value.error_code == "unknown_language"
    return caught.value


def test_the_codes_are_the_ones_that_whisper_has_tokens_for():
    assert set(LANGUAGES) == set(_LANGUAGE_CODES)
    assert len(LANGUAGES) == 100


def test_no_two_languages_share_a_name():
    assert len({name.lower() for name in LANGUAGES.values()}) == len(LANGUAGES)


@given(st.sampled_from([*LANGUAGES, "auto"]), st.booleans(), st.sampled_from(["", " ", "\t"]))
def test_codes_are_accepted_in_either_case(code, upper, space):
    assert check_language(space + (code.upper() if upper else code) + space) == code


@given(st.sampled_from(sorted(LANGUAGES)), st.booleans())
def test_a_name_written_out_means_its_code(code, upper):
    assert check_language(LANGUAGES[code].upper() if upper else LANGUAGES[code]) == code


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("vietnamse", "'vi' (Vietnamese)"),
        ("Engish", "'en' (English)"),
        ("vi-VN", "'vi' (Vietnamese)"),
        ("en_US", "'en' (English)"),
    ],
)
def test_near_misses_are_refused_with_what_was_probably_meant(written, meant):
    assert f"Did you mean {meant}" in refusal(written).message


@pytest.mark.parametrize("written", ["", "xx", "viet", "Viet Nam", "en,vi", "\x00", "🙂", "v i", "a" * 10_000])
def test_anything_else_is_refused_and_auto_is_offered(written):
    error = refusal(written)
    assert "'auto'" in error.message
    assert len(error.message) < 300


@given(st.text())
def test_the_answer_is_a_known_code_or_a_refusal(written):
    try:
        code = check_language(written)
    except InvalidRequest:
        assert written.strip().lower() not in {*LANGUAGES, "auto"}
    else:
        assert code in {*LANGUAGES, "auto"}
