import pytest
from hypothesis import given
from hypothesis import strategies as st

from stt.domain.access.owner import ANONYMOUS, Owner
from stt.domain.errors import InvalidRequest
from stt.domain.text.search import MOST_BYTES, owner_term, query_of, terms_of, unmarked


def test_a_text_has_its_words_their_plain_forms_and_pairs():
    assert terms_of(ANONYMOUS, "Hoà bình, HOA!") == [
        owner_term(ANONYMOUS), "hoa", "binh", "=hoà", "=bình", "=hoa", "hoa_binh", "binh_hoa",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "plain"),
    [("Đường Điện Biên Phủ", "duong dien bien phu"), ("Straße", "strasse"), ("Łódź", "lodz"), ("ＡＢＣ", "ａｂｃ")],
)
def test_marks_and_strokes_are_taken_off(text, plain):
    assert unmarked(text) == plain


def test_owners_have_terms_of_their_own_whatever_they_are_called():
    assert owner_term(Owner("a b'")) != owner_term(Owner("a b"))
    assert owner_term(Owner("a b'"))[1:].isalnum()


@given(st.text(max_size=60), st.text(max_size=20))
def test_what_is_asked_in_the_words_of_a_text_is_found_in_it(text, other):
    terms = set(terms_of(ANONYMOUS, other, text))
    assert all(not set(term) & set(" '\"\\&|!()") for term in terms)
    try:
        words, row = query_of(text.replace('"', " ")), query_of(f'"{text.replace(chr(34), " ")}"')
    except InvalidRequest:
        return  # there is no letter in it
    assert {*words.terms, *words.exact, *row.terms, *row.exact} <= terms


def test_texts_of_any_length_keep_what_the_database_can():
    words = [f"word{number}" for number in range(60_000)]
    terms = terms_of(ANONYMOUS, " ".join(words))
    assert sum(len(term.encode()) + 4 for term in terms) <= MOST_BYTES
    assert len(terms) > 30_000
