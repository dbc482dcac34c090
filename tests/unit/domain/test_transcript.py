import json

import pytest

from stt.domain.transcript import Segment, Word

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
