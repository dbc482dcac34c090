from stt.worker.preparation.truncation import tagged_end


def test_a_duration_tag_is_hours_minutes_and_seconds():
    assert tagged_end({"DURATION": "01:02:03.500000000"}) == 3723.5
    assert tagged_end({"DURATION": "soon"}) is None
    assert tagged_end({}) is None
