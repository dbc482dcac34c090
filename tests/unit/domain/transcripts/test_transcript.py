"""Parts of a transcript that are taken apart and put together again."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stt.domain.transcripts.coverage import Coverage
from stt.domain.transcripts.transcript import Gap, Segment, Suppressed, Transcript, Word


def segment_of(text, words, **labels):
    spoken = tuple(Word(word, i * 0.5, i * 0.5 + 0.4, 0.9) for i, word in enumerate(words))
    return Segment(0.0, len(words) * 0.5, text, spoken, **labels)


@pytest.mark.parametrize(
    ("text", "words", "kept", "left"),
    [
        ("xin chào các bạn", ["xin", "chào", "các", "bạn"], [1, 3], "chào bạn"),
        ("今日は良い", list("今日は良い"), [0, 3, 4], "今良い"),
        ("我用 iPhone 拍的", ["我", "用", "iPhone", "拍", "的"], [1, 2, 4], "用 iPhone的"),
        ("a  b\nc", ["a", "b", "c"], [0, 1], "a b"),
        ("đi đi", ["đi", "đi"], [1], "đi"),
        ("not what it says", ["other", "says"], [0], "other"),
    ],
)
def test_what_is_kept_is_written_as_the_text_had_it(text, words, kept, left):
    whole = segment_of(text, words)
    assert whole.keeping([whole.words[i] for i in kept]).text == left


def test_what_is_kept_has_its_own_times_and_the_segments_labels():
    whole = segment_of("a b c d", "abcd", channel=1, language="en")
    part = whole.keeping(whole.words[1:3])
    assert (part.start, part.end, part.channel, part.language) == (0.5, 1.4, 1, "en")


def test_all_words_are_the_segment_itself_and_none_an_empty_one():
    whole = segment_of("a, b", ["a,", "b"])
    assert whole.keeping(whole.words) is whole
    assert whole.keeping([]).text == ""


PIECES = st.lists(st.tuples(st.text("aăxyz,.今", min_size=1, max_size=4), st.sampled_from(["", " "])), max_size=12)


@given(PIECES, st.data())
def test_the_text_holds_the_kept_words_and_nothing_else(pieces, data):
    whole = segment_of("".join(space + word for word, space in pieces).strip(), [word for word, _ in pieces])
    kept = [word for word in whole.words if data.draw(st.booleans())]
    part = whole.keeping(kept)
    assert part.words == tuple(kept)
    assert part.text.replace(" ", "") == "".join(word.word for word in kept)


SEGMENT = Segment(0.2, 1.1, "xin", (Word("xin", 0.2, 1.1, 0.9),))


@pytest.mark.parametrize("labels", [{}, {"channel": 0}, {"language": "vi"}, {"channel": 1, "language": "en"}])
def test_a_segment_is_read_as_it_was_written_with_the_labels_it_has(labels):
    segment = Segment(SEGMENT.start, SEGMENT.end, SEGMENT.text, SEGMENT.words, **labels)
    written = json.loads(json.dumps(segment.to_dict()))
    assert Segment.from_dict(written) == segment
    assert {name: written[name] for name in ("channel", "language") if name in written} == labels


def test_a_segment_that_is_shifted_keeps_its_labels():
    moved = Segment(0.0, 1.0, "xin", (), channel=1, language="vi").shifted(2.0)
    assert (moved.start, moved.channel, moved.language) == (2.0, 1, "vi")


@pytest.mark.parametrize("count", [0, 1, 3])
def test_the_lines_of_a_transcript_are_its_document(count):
    segments = tuple(segment_of(f'nói "{n}"\n', ["nói", f'"{n}"'], channel=n) for n in range(count))
    coverage = Coverage(speech=3.0, words=2.0, silence=7.0, sound=0, suppressed=0.5, gap=0.5, ratio=0.67)
    transcript = Transcript(
        job_id="1",
        language="vi",
        duration=10.0,
        text="nói",
        segments=segments,
        coverage=coverage,
        gaps=(Gap(1.0, 2.0, "no_words"),),
        model="demo",
        engine="whisper.cpp",
        created_at="now",
        suppressed=(Suppressed(2.0, 3.0, "cảm ơn", "hallucination"),),
    )
    lines = list(transcript.lines())
    assert json.loads("".join(lines)) == transcript.to_dict()
    assert list(json.loads("".join(lines))) == list(transcript.to_dict())
    assert sum('"words": [{' in line for line in lines) == count
