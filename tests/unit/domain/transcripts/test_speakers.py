import pytest

from stt.domain.errors import InvalidRequest
from stt.domain.transcripts.speakers import SpeakerCount


@pytest.mark.parametrize(
    ("written", "least", "most"), [("auto", 1, float("inf")), (" 3 ", 3, 3), ("2-4", 2, 4), ("1 - 50", 1, 50)]
)
def test_how_many_are_asked_for(written, least, most):
    assert SpeakerCount.read(written) == SpeakerCount(least, most)
    assert SpeakerCount.read(str(SpeakerCount.read(written))) == SpeakerCount(least, most)


def test_off_asks_for_nobody():
    assert SpeakerCount.read("OFF") is None


@pytest.mark.parametrize("written", ["", "many", "0", "4-2", "51", "-1", "2-", "1.5", "٣"])
def test_what_is_no_number_is_refused_with_what_would_be_right(written):
    with pytest.raises(InvalidRequest, match="off, auto, a number from 1 to 50, or a range such as 2-4") as refused:
        SpeakerCount.read(written)
    assert refused.value.error_code == "unknown_speakers"
