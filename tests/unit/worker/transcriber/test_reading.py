"""Windows are read to their end, and no further than makes sense."""

from stt.worker.transcriber.reading import Heard, Piece, read
from stt.worker.transcriber.script import Script, Span
from stt.worker.transcriber.words import Group


def heard(*spans, resume=None):
    """Spans (start, end, word) of one token each."""
    groups = [Group(f" {word}", 1, start, start + 0.1 if end is None else end, 0.9) for start, end, word in spans]
    return Heard(Script(tuple(Span(start, end, (1,)) for start, end, _ in spans), resume), groups)


class Decoder:
    """Answers from a table of pieces, and remembers in which batches they came."""

    def __init__(self, table):
        self.table = table
        self.batches = []

    def __call__(self, pieces):
        self.batches.append(list(pieces))
        return [self.table[piece] for piece in pieces]


def said(segments):
    return [(segment.start, segment.end, segment.text) for segment in segments]


def test_all_windows_are_heard_together():
    decoder = Decoder({Piece(0): heard((0, 1, "one")), Piece(1): Heard(), Piece(2): heard((1, 2, "three"))})
    assert [said(s) for s in read([2, 2, 2], decoder)] == [[(0, 1, "one")], [], [(1, 2, "three")]]
    assert len(decoder.batches) == 1


def test_the_unwritten_rest_is_heard_again_from_the_last_closed_segment():
    table = {
        Piece(0): heard((0, 3, "one"), (3.5, None, "wrong"), resume=3.0),
        Piece(0, 3.0): heard((0.5, 2.0, "right")),
    }
    decoder = Decoder(table)
    assert said(read([8], decoder)[0]) == [(0, 3, "one"), (3.5, 5.0, "right")]


def test_only_unfinished_windows_are_heard_again():
    table = {
        Piece(0): heard((0, 1, "done")),
        Piece(1): heard((0, 2, "one"), resume=2.0),
        Piece(1, 2.0): heard((0, 1, "two")),
    }
    decoder = Decoder(table)
    read([4, 4], decoder)
    assert decoder.batches == [[Piece(0), Piece(1)], [Piece(1, 2.0)]]


def test_a_rest_too_short_to_hear_keeps_what_was_written():
    decoder = Decoder({Piece(0): heard((0, 3.95, "one"), (3.95, None, "two"), resume=3.95)})
    assert [segment.text for segment in read([4], decoder)[0]] == ["one", "two"]


def test_a_decoder_that_does_not_move_on_is_not_asked_for_ever():
    decoder = Decoder({Piece(0): heard((0, 0.2, "one"), (0.3, None, "two"), resume=0.2)})
    assert [segment.text for segment in read([30], decoder)[0]] == ["one", "two"]


def test_a_closing_timestamp_that_leaves_words_no_time_is_not_where_the_rest_begins():
    words = "a sentence of many words that takes its time".split()
    groups = [Group(f" {word}", 1, number * 0.4, number * 0.4 + 0.4, 0.9) for number, word in enumerate(words)]
    spans = (Span(0, 0.6, (1,) * len(words)), Span(3.6, None, (1,)))
    broken_off = Heard(Script(spans, resume=0.6), [*groups, Group(" wrong", 1, 3.6, 3.9, 0.9)])
    decoder = Decoder({Piece(0): broken_off, Piece(0, 3.6): heard((0.4, 2.0, "right"))})
    assert said(read([8], decoder)[0]) == [(0, 3.6, " ".join(words)), (4.0, 5.6, "right")]
