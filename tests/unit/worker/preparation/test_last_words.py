import pytest

from stt.worker.preparation.last_words import LONGEST, reason_in

TRACEBACK = """a warning
Traceback (most recent call last):
  File "/srv/stt/decoder.py", line 3, in <module>
    decode()
"""


@pytest.mark.parametrize(
    ("said", "reason"),
    [
        ("", ""),
        ("\n", ""),
        ("free(): invalid pointer\n", "free(): invalid pointer"),
        ("one\ntwo.\n", "two"),
        (TRACEBACK + "TypeError: no such argument\n", "TypeError: no such argument"),
        (TRACEBACK + "ImportError: \n\nIMPORTANT: read this\n  and that\nand on\n", "ImportError: "),
        (TRACEBACK + "KeyError\n" + TRACEBACK + "MemoryError\n", "MemoryError"),
        (TRACEBACK + "OSError: '/srv/my files/a.so'", "OSError: 'a.so'"),
        (
            TRACEBACK + "ImportError: /srv/stt/.venv/_core.so: undefined symbol: av_x",
            "_core.so: undefined symbol: av_x",
        ),
    ],
)
def test_the_reason_is_the_last_exception_or_the_last_line(said, reason):
    assert reason in reason_in(said)
    assert "srv/" not in reason_in(said)


def test_a_reason_has_an_end():
    assert len(reason_in("x" * 10_000)) == LONGEST
