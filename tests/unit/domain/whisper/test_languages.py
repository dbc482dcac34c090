import pytest
from faster_whisper.tokenizer import _LANGUAGE_CODES
from hypothesis import given
from hypothesis import strategies as st

from stt.domain.errors import InvalidRequest
from stt.domain.whisper.language_aliases import ALIASES
from stt.domain.whisper.languages import LANGUAGES, check_language


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


OF_OPENAI = (
    "burmese my, valencian ca, flemish nl, haitian ht, letzeburgesch lb, pushto ps, panjabi pa, moldavian ro, "
    "moldovan ro, sinhalese si, castilian es, mandarin zh"
)


@pytest.mark.parametrize(("name", "code"), [pair.split() for pair in OF_OPENAI.split(", ")])
def test_every_name_that_openai_whisper_takes_is_taken(name, code):
    assert check_language(name.title()) == code


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("vi-VN", "vi"),
        ("en_US", "en"),
        ("zh-TW", "zh"),
        ("zh-Hant-HK", "zh"),
        ("zh-yue-HK", "yue"),
        ("vi_VN.UTF-8", "vi"),
        ("ca@valencia", "ca"),
        ("fil-PH", "tl"),
        ("NB", "no"),
        ("nb-NO", "no"),
        ("jv", "jw"),
        ("iw", "he"),
        ("in", "id"),
        ("ji", "yi"),
        ("vie", "vi"),
        ("ENG", "en"),
        ("ger", "de"),
        ("deu-AT", "de"),
        ("cmn", "zh"),
    ],
)
def test_tags_and_other_codes_are_taken_for_their_language(written, code):
    assert check_language(written) == code


def test_no_alias_means_another_language_as_a_code_or_a_name():
    assert not ALIASES.keys() & LANGUAGES.keys()
    assert all(ALIASES.get(name.lower(), code) == code for code, name in LANGUAGES.items())
    assert set(ALIASES.values()) <= set(LANGUAGES)
    by_three_letters = {code for alias, code in ALIASES.items() if len(alias) == 3}
    assert by_three_letters == set(LANGUAGES) - {"haw", "yue"}, "every language has a code in ISO 639-2"


@pytest.mark.parametrize(("written", "meant"), [("vietnamse", "'vi' (Vietnamese)"), ("castilan", "'es' (Spanish)")])
def test_near_misses_are_refused_with_what_was_probably_meant(written, meant):
    assert f"Did you mean {meant}" in refusal(written).message


@pytest.mark.parametrize("written", ["", "xx", "viet", "Viet Nam", "en,vi", "\x00", "🙂", "v i", "a" * 10_000])
def test_anything_else_is_refused_and_auto_is_offered(written):
    error = refusal(written)
    assert "'auto'" in error.message
    assert len(error.message) < 300


@pytest.mark.parametrize("written", ["xx-VN", "vi-", "-VN", "vi--VN", "klingon-en", "vi VN", "en/us"])
def test_what_only_looks_like_a_tag_is_refused(written):
    refusal(written)


@given(st.text())
def test_the_answer_is_a_known_code_or_a_refusal(written):
    try:
        code = check_language(written)
    except InvalidRequest:
        assert written.strip().lower() not in {*LANGUAGES, *ALIASES, "auto"}
    else:
        assert code in {*LANGUAGES, "auto", "multi"}
        assert check_language(code) == code
