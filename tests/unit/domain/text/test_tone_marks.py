"""Vietnamese syllables with two spellings, and everything else with one."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stt.domain.jobs.guidance import ToneMarks
from stt.domain.text.tone_marks import restyle

OLD, NEW = ToneMarks.OLD, ToneMarks.NEW
TWO_SPELLINGS = [
    ("hòa", "hoà"),
    ("hóa", "hoá"),
    ("họa", "hoạ"),
    ("HÒA", "HOÀ"),
    ("Hòa", "Hoà"),
    ("xõa", "xoã"),
    ("tỏa", "toả"),
    ("đóa", "đoá"),
    ("ĐÓA", "ĐOÁ"),
    ("òa", "oà"),
    ("góa", "goá"),
    ("ngỏa", "ngoả"),
    ("lòa xòa", "loà xoà"),
    ("khỏe", "khoẻ"),
    ("hòe", "hoè"),
    ("lóe", "loé"),
    ("nhòe", "nhoè"),
    ("thủy", "thuỷ"),
    ("ủy", "uỷ"),
    ("Ủy ban", "Uỷ ban"),
    ("tùy", "tuỳ"),
    ("ngụy", "nguỵ"),
    ("lũy", "luỹ"),
    ("hủy", "huỷ"),
    ("sức khỏe, hòa bình.", "sức khoẻ, hoà bình."),
    ("(thủy-họa)", "(thuỷ-hoạ)"),
]
ONE_SPELLING = [
    *("quà", "quá", "quả", "quý", "quỳ", "quỷ", "quỵ", "què", "quẻ", "QUÝ"),
    *("hoàn", "hoàng", "toán", "khoác", "ngoài", "ngoáy", "ngoằn", "ngoèo", "xoèn", "khoẻn"),
    *("thuở", "huơ", "khuya", "khuỷu", "khuỵu", "huýt", "suýt", "quýt", "tuyết", "thuyền", "uyển", "luýnh"),
    *("giá", "già", "của", "mùa", "lúa", "mía", "bìa", "chịa", "thuế", "huệ", "hoặc", "thuộc", "người"),
    *("hoa", "hoe", "thuy", "duy", "hoa kỳ", "Hoa Kỳ", "hoạch", "loạt", "đoạn", "hòan", "thủyt", "hòà"),
    *("canoé", "Chloé", "Zoé", "boàs", "1hòa", "hoà1", "cóa", "coá", "kòe", "được", "hào", "mèo", "hỏi", "túi"),
]


@pytest.mark.parametrize(("old", "new"), TWO_SPELLINGS)
def test_both_spellings_become_the_one_asked_for(old, new):
    for form in "NFC", "NFD":
        for written in old, new:
            assert restyle(unicodedata.normalize(form, written), OLD) == old
            assert restyle(unicodedata.normalize(form, written), NEW) == new


@pytest.mark.parametrize("written", ONE_SPELLING)
def test_everything_else_is_spelled_alike_in_both(written):
    assert restyle(written, OLD) == restyle(written, NEW) == written


def test_moving_every_mark_to_the_first_vowel_would_misspell():
    """Negative control: the rule without regard to the whole syllable."""

    def naive(text):
        return text.replace("oà", "òa").replace("uý", "úy")

    assert naive("hoàn") == "hòan"
    assert naive("quý") == "qúy"
    assert restyle("hoàn quý", OLD) == "hoàn quý"


def test_as_written_stays_as_written():
    written = unicodedata.normalize("NFD", "hòa hoà")
    assert restyle(written, ToneMarks.AS_WRITTEN) == written


@pytest.mark.parametrize(
    "text",
    [
        "The café is on the left; naïve façade, São Paulo, señor.",
        "今日は良い天気ですね。한국어 ไทย עברית Ελληνικά",
        "Où êtes-vous? C'était à Besançon, déjà vu, poète, Moët.",
        "No oí la canción; leí poesía. Él oyó.",
        "",
    ],
)
def test_other_languages_are_left_alone(text):
    assert restyle(text, OLD) == restyle(text, NEW) == text


TONES = ["", *"\u0300\u0301\u0303\u0309\u0323"]
ONSETS = ["", *"b c ch d đ g gh gi h k kh l m n ng ngh nh p ph q qu r s t th tr v x".split()]
NUCLEI = "a ă â e ê i o ô ơ u ư y ia iê oa oă oe uâ ua ưa uê ui ưi uô uơ ươ uy uya uyê yê".split()
CODAS = ["", *"c ch m n ng nh p t i u o y".split()]


@st.composite
def syllables(draw):
    """A syllable with its tone on either vowel, Vietnamese or not, in any case."""
    nucleus = draw(st.sampled_from(NUCLEI))
    place = draw(st.integers(1, len(nucleus)))
    written = nucleus[:place] + draw(st.sampled_from(TONES)) + nucleus[place:]
    syllable = draw(st.sampled_from(ONSETS)) + written + draw(st.sampled_from(CODAS))
    return unicodedata.normalize("NFC", draw(st.sampled_from([str, str.upper, str.capitalize]))(syllable))


TEXTS = st.lists(st.tuples(syllables(), st.sampled_from([" ", ", ", ". ", "-", "\n"])), max_size=8).map(
    lambda pairs: "".join(part for pair in pairs for part in pair)
)


@given(TEXTS)
def test_a_text_in_a_style_stays_as_it_is_and_comes_back_from_the_other(text):
    old, new = restyle(text, OLD), restyle(text, NEW)
    assert restyle(old, OLD) == old
    assert restyle(new, NEW) == new
    assert restyle(new, OLD) == old
    assert restyle(old, NEW) == new


@given(TEXTS | st.text())
def test_letters_and_their_order_stay_and_the_result_is_composed(text):
    def bare(written):
        return [c for c in unicodedata.normalize("NFD", written) if c not in TONES]

    for style in OLD, NEW:
        restyled = restyle(text, style)
        assert bare(restyled) == bare(text)
        assert unicodedata.is_normalized("NFC", restyled)
