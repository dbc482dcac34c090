"""What a decoder is told before it listens."""

from hypothesis import given
from hypothesis import strategies as st

from stt.worker.transcriber.conditioning import ROOM, conditioning
from stt.worker.transcriber.vocabulary import Vocabulary


def letters(text):
    return [ord(character) for character in text]


def told(prompt, hotwords):
    return "".join(map(chr, conditioning(prompt, hotwords, letters)))


def test_hotwords_go_first_and_each_begins_as_a_word_does():
    assert told("Xin chào.", "phở, bún") == " phở, bún Xin chào."
    assert told("", "") == told("  ", "\n") == ""


def test_of_a_prompt_that_is_too_long_the_end_is_kept():
    assert told("a" * 300 + "b" * ROOM, "") == "b" * ROOM


def test_of_hotwords_that_are_too_long_the_beginning_is_kept():
    assert told("", "a" * ROOM + "b" * 300) == " " + "a" * (ROOM - 1)


@given(st.text(st.sampled_from("ab "), max_size=400), st.text(st.sampled_from("xy "), max_size=400))
def test_both_have_at_least_half_of_the_room_and_nothing_is_wasted(prompt, hotwords):
    whole = [f" {part.strip()}" if part.strip() else "" for part in (hotwords, prompt)]
    kept = told(prompt, hotwords)
    assert len(kept) == min(ROOM, sum(map(len, whole)))
    terms = kept[: len(kept) - min(len(whole[1]), ROOM - min(len(whole[0]), ROOM // 2))]
    assert whole[0].startswith(terms)
    assert whole[1].endswith(kept[max(len(terms), len(whole[0][:ROOM])) :])


def test_a_vocabulary_spells_a_word_with_its_longest_tokens():
    vocabulary = Vocabulary([bytes([byte]) for byte in range(256)] + [b" xin", b" x", b"ch", b"\xc3\xa0o"])
    assert vocabulary.encode(" xin ch\u00e0o") == [256, ord(" "), 258, 259]


@given(st.text(max_size=40))
def test_a_vocabulary_spells_anything(text):
    tokens = [bytes([byte]) for byte in range(256)] + [b" a", b"ab", b"\xe1\xbb"]
    assert b"".join(tokens[token] for token in Vocabulary(tokens).encode(text)) == text.encode()
