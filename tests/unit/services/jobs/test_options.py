import unicodedata
from dataclasses import fields, replace

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from stt.domain.errors import InvalidRequest
from stt.domain.jobs.claim import Priority
from stt.domain.jobs.guidance import Channels, Guidance, Task, ToneMarks
from stt.domain.jobs.retention import Retention
from stt.domain.whisper.engine import Engine
from stt.domain.whisper.models import ModelList
from stt.services.jobs.options import TEXT_CHARACTERS, Choices, JobOptions, UploadPolicy, choose_options

POLICY = UploadPolicy(max_upload_bytes=1, language="vi", model="medium")
NAMES = [field.name for field in fields(Choices)]


def options(**chosen: str | None) -> JobOptions:
    return choose_options(POLICY, Choices(**chosen))


def refusal(**chosen: str) -> InvalidRequest:
    with pytest.raises(InvalidRequest) as caught:
        options(**chosen)
    return caught.value


@pytest.mark.parametrize("nothing", [None, "", "  "])
def test_what_is_missing_or_blank_is_as_the_policy_says(nothing):
    assert options(**dict.fromkeys(NAMES, nothing)) == JobOptions("vi", "medium", Priority.NORMAL, None, Guidance())


def test_what_is_chosen_is_taken_as_its_plain_form():
    chosen = options(language=" EN ", model=" small ", priority="High", engine="Whisper.CPP")
    assert chosen == JobOptions("en", "small", Priority.HIGH, "whisper.cpp")
    chosen = options(task=" Translate", channels="SEPARATE", tone_marks="Old ", prompt=" Xin chào. ", hotwords="Huế\n")
    assert chosen.guidance == Guidance(Task.TRANSLATE, "Xin chào.", "Huế", Channels.SEPARATE, ToneMarks.OLD)
    assert [options(track=track).guidance.track for track in (" ALL", "02", "255")] == ["all", "2", "255"]


def test_a_model_is_what_the_deployment_lists_at_the_time():
    listed = []
    policy = replace(POLICY, models=lambda: ModelList(listed, default="medium"))
    listed += ["vinai/PhoWhisper-small"]
    chosen = choose_options(policy, Choices(model="vinai/PhoWhisper-small"))
    assert chosen.model == "vinai/PhoWhisper-small"
    with pytest.raises(InvalidRequest, match="offers vinai/PhoWhisper-small, medium"):
        choose_options(policy, Choices(model="small"))


def test_a_model_that_is_not_there_is_refused_with_what_to_do():
    asked = []
    policy = replace(POLICY, lacking=lambda *model: asked.append(model) or "fetch it")
    for chosen in (Choices(), Choices(model="Base", engine="whisper.cpp")):
        with pytest.raises(InvalidRequest, match="fetch it") as caught:
            choose_options(policy, chosen)
        assert caught.value.error_code == "model_unavailable"
    assert asked == [("medium", Engine.FASTER_WHISPER), ("base", Engine.WHISPER_CPP)]


@pytest.mark.parametrize("language", ["auto", "multi"])
def test_the_language_may_be_left_to_the_ear(language):
    assert options(language=language).language == language


@pytest.mark.parametrize(
    ("field", "value", "offered"),
    [
        ("language", "klingon", "'auto'"),
        ("model", "../../etc/passwd", "medium"),
        ("model", "mediun", "medium"),
        ("priority", "urgent", "low, normal, high"),
        ("engine", "kaldi", "faster-whisper, whisper.cpp"),
        ("task", "summarize", "transcribe, translate"),
        ("channels", "2", "mixed, separate"),
        ("tone_marks", "as written", "as-written, old, new"),
        ("track", "first", "auto, all, or a number from 1"),
        ("track", "0", "number from 1"),
        ("track", "256", "to 255"),
        ("track", "²", "number from 1"),
    ],
)
def test_an_unknown_choice_is_refused_with_what_there_is(field, value, offered):
    error = refusal(**{field: value})
    assert error.error_code == f"unknown_{field}"
    assert repr(value) in error.message
    assert offered in error.message


@pytest.mark.parametrize("field", ["prompt", "hotwords"])
def test_a_text_is_as_long_as_it_may_be_and_no_longer(field):
    longest = "ắ" * TEXT_CHARACTERS
    for written in (longest, f" \r\n{longest}\t ", unicodedata.normalize("NFD", longest)):
        assert getattr(options(**{field: written}).guidance, field) == longest
    error = refusal(**{field: longest + "x"})
    assert (error.error_code, error.details) == (f"{field}_too_long", {"limit": TEXT_CHARACTERS})
    assert str(TEXT_CHARACTERS) in error.message


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("Huế, Đà Nẵng\nHội An", "Huế, Đà Nẵng\nHội An"),
        ("Huế\r\nHội An\rVinh\x85Pleiku\u2028Cà Mau", "Huế\nHội An\nVinh\nPleiku\nCà Mau"),
        ("OKR\tKPI  SaaS", "OKR\tKPI  SaaS"),
        ("a\x00b\x1b[31mc\x7f\x9b", "ab[31mc"),
        ("hoa\u0300", "hoà"),
        ("ho\x00\u0300a", "hòa"),
        ("\x00 \n\x07", ""),
    ],
)
def test_a_text_is_kept_as_written_but_for_what_nobody_can_read(written, kept):
    guidance = options(prompt=written, hotwords=written).guidance
    assert (guidance.prompt, guidance.hotwords) == (kept, kept)


LEGIBLE = st.text(st.one_of(st.characters(), st.sampled_from("aoế \u0300\u0301\u0323\x00\x1b\t\r\n\x85")), max_size=60)


@given(LEGIBLE)
def test_a_text_is_composed_without_control_characters_and_the_same_when_sent_again(written):
    kept = options(prompt=written).guidance.prompt
    assert unicodedata.is_normalized("NFC", kept)
    assert not [c for c in kept if unicodedata.category(c) == "Cc" and c not in "\t\n"]
    assert options(prompt=kept).guidance.prompt == kept == kept.strip()


@given(st.lists(st.text("abcđêở", min_size=1), max_size=9), st.sampled_from([" ", ", ", "\n", "\r\n", "\t"]))
def test_no_two_hotwords_become_one(words, between):
    assert options(hotwords=between.join(words)).guidance.hotwords.replace(",", " ").split() == words


@given(st.dictionaries(st.sampled_from(NAMES), st.text(max_size=200)))
@example({"metadata": "0"})
@example({"metadata": "[" * 30_000})
@example({"delete_audio_after": "soon"})
@example({"webhook_url": "http://10.0.0.1/"})
@example({"webhook_url": "ftp://\0"})
def test_whatever_is_written_is_understood_or_refused_by_its_field(chosen):
    try:
        options(**chosen)
        refused = None
    except InvalidRequest as error:
        refused = error.details.get("field") or error.error_code.removeprefix("unknown_")
    assert refused in {None, *chosen}


def test_speakers_are_as_the_caller_writes_them_and_refused_at_once_without_their_model():
    assert choose_options(POLICY, Choices()).guidance.speakers == "off"
    assert choose_options(POLICY, Choices(speakers=" 2 - 4 ")).guidance.speakers == "2-4"
    lacking = UploadPolicy(max_upload_bytes=1, lacking_speakers=lambda: "Fetch them.")
    assert choose_options(lacking, Choices(speakers="off")).guidance.speakers == "off"
    with pytest.raises(InvalidRequest, match="Fetch them") as refused:
        choose_options(lacking, Choices(speakers="auto"), so_far=True)
    assert refused.value.error_code == "model_unavailable"


def test_how_long_something_is_kept_is_what_is_asked_or_what_is_usual():
    policy = UploadPolicy(1, retention=Retention(60.0, 120.0))
    assert choose_options(policy, Choices()).retention == Retention(60.0, 120.0)
    chosen = Choices(delete_audio_after=" 3600 ", delete_text_after="Never")
    assert choose_options(policy, chosen).retention == Retention(3600.0, None)


@pytest.mark.parametrize("written", ["0", "-5", "nan", "inf", "1e30", "tomorrow"])
def test_a_time_that_is_none_is_refused(written):
    with pytest.raises(InvalidRequest, match="number of seconds") as refused:
        choose_options(UploadPolicy(1), Choices(delete_text_after=written))
    assert refused.value.details == {"field": "delete_text_after"}
