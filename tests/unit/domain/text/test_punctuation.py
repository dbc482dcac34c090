import pytest

from stt.domain.text.punctuation import ends_clause, ends_sentence


@pytest.mark.parametrize("text", ["Xong rồi.", "Xong chưa? ", "“Xong rồi!”", "終わった。」", "…"])
def test_a_sentence_ends_with_its_mark_whatever_closes_behind_it(text):
    assert ends_sentence(text)
    assert not ends_clause(text)


@pytest.mark.parametrize("text", ["một,", "một, ", "(một;)", "一、"])
def test_a_clause_ends_and_its_sentence_goes_on(text):
    assert ends_clause(text)
    assert not ends_sentence(text)


@pytest.mark.parametrize("text", ["", "  ", "”", "một", "3.5"])
def test_nothing_ends_where_there_is_no_mark(text):
    assert not ends_sentence(text)
    assert not ends_clause(text)
