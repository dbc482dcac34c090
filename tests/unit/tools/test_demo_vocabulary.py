import pytest
from hypothesis import given
from hypothesis import strategies as st
from pywhispercpp.model import Model
from tokenizers import Tokenizer

from tools.demo_model.__main__ import PACKAGED
from tools.speech.vocabulary import WORDS
from tools.whisper_model import tokenizer, vocabulary
from tools.whisper_model.vocabulary import LANGUAGES_OF_V3, Vocabulary

VOCABULARY = Vocabulary(())
TOKENIZER = Tokenizer.from_file(str(PACKAGED / "ct2" / "tokenizer.json"))


def spelling(text):
    return TOKENIZER.encode(text, add_special_tokens=False).tokens


@given(st.text())
def test_any_text_comes_back_from_its_tokens(text):
    tokens = TOKENIZER.encode(text, add_special_tokens=False).ids
    assert TOKENIZER.decode(tokens, skip_special_tokens=False) == text


@pytest.mark.parametrize(
    "text", ["Tiếng Việt: nghiêng, hoà, HÒA", "xin chào 👩‍👩‍👧 🇻🇳 hello", "日本語 and 中文", " \t\n  x", "e\u0301 é"]
)
def test_vietnamese_emoji_and_mixed_scripts_come_back_from_their_tokens(text):
    assert TOKENIZER.decode(TOKENIZER.encode(text, add_special_tokens=False).ids) == text


def test_special_tokens_have_the_ids_of_multilingual_whisper():
    ids = {name: VOCABULARY.special_id(f"<|{name}|>") for name in ("endoftext", "en", "vi", "su", "notimestamps")}
    assert ids == {"endoftext": 50257, "en": 50259, "vi": 50278, "su": 50357, "notimestamps": 50363}
    assert all(TOKENIZER.token_to_id(token) == VOCABULARY.special_id(token) for token in VOCABULARY.special_tokens)


def test_languages_stand_in_the_order_whisper_cpp_knows_them_by():
    assert list(vocabulary.LANGUAGES) == Model.available_languages()[: len(vocabulary.LANGUAGES)]


def test_every_id_of_the_model_has_a_token(shipped_vocabulary):
    tokens = Vocabulary(shipped_vocabulary).all_tokens()
    assert len(tokens) == 51_865
    assert tokens[50_364] == "<|0.00|>"
    assert tokens[-1] == "<|30.00|>"


def test_the_third_large_model_has_one_language_more_and_its_times_one_id_later(shipped_vocabulary):
    known = Vocabulary(shipped_vocabulary, LANGUAGES_OF_V3)
    assert len(known.all_tokens()) == 51_866
    assert known.special_id("<|yue|>") == 50_358
    assert known.all_tokens()[known.first_time] == "<|0.00|>"


def test_a_token_is_the_join_of_the_two_parts_left_when_better_ranks_have_merged():
    ranked = [*(bytes([byte]) for byte in range(256)), b"an", b"ba", b"ana", b"bana", b"nana"]
    assert list(tokenizer.merges(ranked)) == [
        (b"a", b"n"),
        (b"b", b"a"),
        (b"an", b"a"),
        (b"b", b"ana"),
        (b"n", b"ana"),
    ]


def test_words_are_spelt_as_the_model_learnt_them():
    """Without the first merge a word that begins with "t" has its space apart; others keep it."""
    words = (*WORDS["en"], *WORDS["vi"])
    assert {spelling(f" {word}")[0] for word in words if word.startswith("t")} == {"Ġ"}
    assert spelling(" seven") == ["Ġseven"]
    assert spelling(" nước")[0].startswith("Ġn")
