import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stt.domain.access.api_key import SECRETS, digest_of, is_secret, secret_of

ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
numbers = st.integers(0, SECRETS - 1)


@given(numbers)
def test_a_key_has_the_form_that_scanners_look_for(number):
    secret = secret_of(number)
    assert re.fullmatch(r"stt_[0-9A-Za-z]{36}", secret)
    assert is_secret(secret)
    assert re.fullmatch(r"[0-9a-f]{64}", digest_of(secret))


@given(numbers, st.integers(4, 39), st.sampled_from(ALPHABET))
def test_one_wrong_character_shows(number, place, character):
    secret = secret_of(number)
    wrong = secret[:place] + character + secret[place + 1 :]
    assert is_secret(wrong) == (wrong == secret)


@given(numbers, numbers)
def test_each_number_is_a_key_of_its_own(one, other):
    assert (secret_of(one) == secret_of(other)) == (one == other)


def test_the_check_is_crc32_in_base62():
    assert secret_of(0) == "stt_" + "0" * 30 + "2C8GjS"  # zlib.crc32(b"0" * 30) == 2011552642


GOOD = secret_of(1)


@pytest.mark.parametrize("text", ["", "stt_", "sk-proj-1234", GOOD[:-1], GOOD + "0", f" {GOOD}", GOOD + "\n"])
def test_what_is_no_key_is_told_from_one(text):
    assert not is_secret(text)
