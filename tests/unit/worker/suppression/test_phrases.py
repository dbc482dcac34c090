"""Phrases of a list among the words of a segment."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stt.domain.errors import InvalidRequest
from stt.worker.suppression.phrase_lists import read_lists
from stt.worker.suppression.phrases import LONGEST_NAME, Phrase, letters


def found(line, text, *, spaced=True):
    """The longest run of words of the text that is the phrase."""
    words = text.split() if spaced else list(text)
    spoken = [letters(word) for word in words]
    phrase = Phrase.parse(line)
    runs = [(begin, end) for begin in range(len(words)) for end in phrase.ends(spoken, begin)]
    if not runs:
        return None
    begin, end = max(runs, key=lambda run: run[1] - run[0])
    return (" " if spaced else "").join(words[begin:end])


@pytest.mark.parametrize(
    ("line", "text", "run"),
    [
        ("Thanks for watching", "Thanks for watching!", "Thanks for watching!"),
        ("Thanks for watching", "so THANKS, for «watching» and", "THANKS, for «watching»"),
        ("Thanks for watching", "thanks for watchingx", None),
        ("Thanks for watching", "xthanks for watching", None),
        ("Thanks for watching", "thanks for", None),
        ("Sức khỏe và hòa bình", "sức khoẻ và hoà bình.", "sức khoẻ và hoà bình."),
        (
            "Cảm ơn các bạn",
            unicodedata.normalize("NFD", "cảm ơn các bạn"),
            unicodedata.normalize("NFD", "cảm ơn các bạn"),
        ),
        ("Cảm ơn các bạn", "cam on cac ban", None),
        ("Amara.org-Community", "der Amara.org- Community.", "Amara.org- Community."),
        ("kênh La La School", "cho kênh lalaschool Để", "kênh lalaschool"),
        ("Sous-titrage ST' 501", "Sous-titrage ST'501", "Sous-titrage ST'501"),
        ("cho kênh … Để không bỏ", "cho kênh Ghiền Mì Gõ Để không bỏ", "cho kênh Ghiền Mì Gõ Để không bỏ"),
        ("cho kênh … Để không bỏ", "cho kênh để không bỏ", "cho kênh để không bỏ"),
        ("cho kênh … Để không bỏ", "cho kênh a b c d e f g để không bỏ", None),
        ("Subtitles by …", "so Subtitles by Jane Doe", "Subtitles by Jane Doe"),
        ("Subtitles by …", "Subtitles by a b c d e f g", None),
        ("bye - bye", "bye — bye —", "bye — bye —"),
        ("= Thank you", "Thank you.", "Thank you."),
        ("= Thank you", "- Thank you", "Thank you"),
        ("= Thank you", "Thank you all", None),
        ("= Thank you", "I thank you", None),
    ],
)
def test_whole_words_are_found_however_they_are_written(line, text, run):
    assert found(line, text) == run


def test_scripts_without_spaces_are_found_character_by_character():
    assert found("谢谢观看 下集再见", "好谢谢观看，下集再见。", spaced=False) == "谢谢观看，下集再见。"


@pytest.mark.parametrize("line", ["", "=", "…", "… kênh", "?!", "a … … b", "= …"])
def test_a_line_without_words_is_refused(line):
    with pytest.raises(ValueError, match="no words"):
        Phrase.parse(line)


@given(st.lists(st.text("abc", min_size=1, max_size=3), max_size=4), st.integers(0, LONGEST_NAME), st.data())
def test_a_wildcard_stands_for_no_more_than_a_name(before, gap, data):
    name = data.draw(st.lists(st.just("x"), min_size=gap, max_size=gap))
    spoken = [*before, "cho", "kênh", *name, "nhé", "bạn"]
    assert Phrase.parse("cho kênh … nhé").ends(spoken, len(before)) == [len(before) + gap + 3]


@pytest.fixture
def lists(tmp_path):
    ours, theirs = tmp_path / "ours", tmp_path / "theirs"
    ours.mkdir()
    theirs.mkdir()
    (ours / "vi.txt").write_text("# ours\n\nmột hai\n= ba … bốn\n", "utf-8")
    return ours, theirs


def test_an_operators_list_adds_and_removes(lists):
    ours, theirs = lists
    (theirs / "vi.txt").write_text("\ufeffnăm sáu\n- Một, hai!\n", "utf-8")
    (theirs / "fr.txt").write_text("sept\n", "utf-8")
    (theirs / "README.md").write_text("mine", "utf-8")
    read = read_lists(ours, theirs)
    assert read["vi"] == (Phrase(("ba", "bốn"), everyday=True), Phrase(("nămsáu",)))
    assert read["fr"] == (Phrase(("sept",)),)


def test_a_line_can_remove_everything_before_it(lists):
    ours, theirs = lists
    (theirs / "vi.txt").write_text("-*\nnăm\n", "utf-8")
    assert read_lists(ours, theirs)["vi"] == (Phrase(("năm",)),)


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("vi.txt", "một\n…\n".encode(), r"vi\.txt, line 2: "),
        ("vi.txt", "một".encode("utf-16"), "not in UTF-8"),
        ("vietnamese.txt", b"a", "not named after a language"),
    ],
)
def test_a_list_that_cannot_be_used_is_named(lists, name, content, said):
    ours, theirs = lists
    (theirs / name).write_bytes(content)
    with pytest.raises(InvalidRequest, match=said) as refused:
        read_lists(ours, theirs)
    assert refused.value.error_code == "invalid_hallucinations"


def test_a_directory_that_is_not_there_is_named(tmp_path):
    with pytest.raises(InvalidRequest, match="no directory .*missing"):
        read_lists(tmp_path / "missing")
