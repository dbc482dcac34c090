import pytest
from hypothesis import given
from hypothesis import strategies as st

from stt.domain.claim import Priority
from stt.domain.errors import InvalidRequest
from stt.services.options import JobOptions, UploadPolicy, choose_options

POLICY = UploadPolicy(max_upload_bytes=1, language="vi", model="medium", engines=("faster-whisper", "whisper.cpp"))


def refusal(**chosen: str) -> InvalidRequest:
    with pytest.raises(InvalidRequest) as caught:
        choose_options(POLICY, **chosen)
    return caught.value


@pytest.mark.parametrize("nothing", [None, "", "  "])
def test_what_is_missing_or_blank_is_as_the_policy_says(nothing):
    chosen = choose_options(POLICY, language=nothing, model=nothing, priority=nothing, engine=nothing)
    assert chosen == JobOptions("vi", "medium", Priority.NORMAL, None)


def test_what_is_chosen_is_taken_as_its_plain_form():
    chosen = choose_options(POLICY, language=" EN ", model=" small ", priority="High", engine="Whisper.CPP")
    assert chosen == JobOptions("en", "small", Priority.HIGH, "whisper.cpp")


def test_a_repository_is_a_model():
    assert choose_options(POLICY, model="vinai/PhoWhisper-small").model == "vinai/PhoWhisper-small"


@pytest.mark.parametrize(
    ("field", "value", "offered"),
    [
        ("language", "klingon", "'auto'"),
        ("model", "../../etc/passwd", "medium"),
        ("model", "mediun", "medium"),
        ("priority", "urgent", "low, normal, high"),
        ("engine", "kaldi", "faster-whisper, whisper.cpp"),
    ],
)
def test_an_unknown_choice_is_refused_with_what_there_is(field, value, offered):
    error = refusal(**{field: value})
    assert error.error_code == f"unknown_{field}"
    assert offered in error.message


@given(st.dictionaries(st.sampled_from(["language", "model", "priority", "engine"]), st.text(max_size=200)))
def test_whatever_is_written_is_understood_or_refused_by_its_field(chosen):
    try:
        choose_options(POLICY, **chosen)
        refused = None
    except InvalidRequest as error:
        refused = error.error_code.removeprefix("unknown_")
    assert refused in {None, *chosen}
