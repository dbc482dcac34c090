import pytest

from stt.cli.eta import ordinal, words_of


@pytest.mark.parametrize(
    ("position", "p50", "p90", "said"),
    [
        (3, 240.0, 410.0, "3rd in line, ready in 4-7 min"),
        (1, 3.2, 8.1, "ready in 3-9 s"),
        (1, 0.2, 0.9, "ready in 1 s"),
        (2, 5000.0, 9000.0, "2nd in line, ready in 1.4-2.5 h"),
        (1, 170.0, 175.0, "ready in 3 min"),
        (11, None, None, "11th in line"),
        (1, None, None, None),
    ],
)
def test_a_place_and_a_time_in_words(position, p50, p90, said):
    assert words_of({"position": position, "p50": p50, "p90": p90}) == said


def test_nothing_is_said_of_what_has_ended():
    assert words_of(None) is None


def test_places_are_counted():
    assert [ordinal(number) for number in (1, 2, 3, 4, 11, 12, 13, 21, 112)] == [
        "1st", "2nd", "3rd", "4th", "11th", "12th", "13th", "21st", "112th",
    ]  # fmt: skip
