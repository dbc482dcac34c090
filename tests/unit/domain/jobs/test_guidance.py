import json
from dataclasses import fields

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stt.domain.jobs.guidance import Channels, Guidance, Task, ToneMarks

ANY = st.builds(
    Guidance, st.sampled_from(Task), st.text(), st.text(), st.sampled_from(Channels), st.sampled_from(ToneMarks)
)
NAMES = [field.name for field in fields(Guidance)]


@given(ANY)
def test_it_survives_json(guidance):
    assert Guidance.from_dict(json.loads(json.dumps(guidance.to_dict()))) == guidance


@given(ANY, st.sets(st.sampled_from(NAMES)))
def test_what_is_missing_is_as_of_a_caller_who_says_nothing(guidance, missing):
    said = {name: value for name, value in guidance.to_dict().items() if name not in missing}
    read = Guidance.from_dict(said)
    for name in NAMES:
        assert getattr(read, name) == getattr(Guidance() if name in missing else guidance, name)


@pytest.mark.parametrize("name", ["task", "channels", "tone_marks"])
def test_what_is_no_choice_is_no_guidance(name):
    with pytest.raises(ValueError, match="other"):
        Guidance.from_dict({name: "other"})
