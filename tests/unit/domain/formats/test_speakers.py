"""What each form says of who speaks."""

import io
import json
from dataclasses import replace

import docx
import pytest

from stt.domain.edits.document import document_of, edition_of
from stt.domain.edits.editing import edited
from stt.domain.edits.edition import Edition
from stt.domain.edits.operations import Name
from stt.domain.errors import InvalidRequest
from stt.domain.formats.rendering import Format, render
from stt.domain.transcripts.coverage import Coverage
from stt.domain.transcripts.speakers import Turn
from stt.domain.transcripts.transcript import Segment, Transcript, Word

SEGMENTS = (
    Segment(0.5, 1.5, "Hello.", (Word("Hello.", 0.5, 1.5, 0.9, speaker="S1"),), speaker="S1"),
    Segment(1.6, 2.6, "Good morning.", (Word("Good", 1.6, 2.0, 0.9), Word("morning.", 2.0, 2.6, 0.9)), speaker="S2"),
    Segment(2.7, 4.0, "And to you <all>.", (), speaker="S1", overlap=True),
)
TURNS = (Turn(0.4, 1.55, "S1"), Turn(1.5, 2.65, "S2"), Turn(2.7, 4.1, "S1"))


def transcript(turns=TURNS):
    account = Coverage(speech=3.0, words=3.0, silence=2.0, sound=0.0, suppressed=0.0, gap=0.0, ratio=1.0)
    return Transcript("job", "en", 5.0, "text", SEGMENTS, account, (), "m", "e", "now", turns=turns)


def rendered(form):
    return render(transcript().to_dict(), Format(form)).decode()


def test_the_document_says_who_there_is_and_who_speaks_when():
    document = transcript().to_dict()
    assert document["speakers"] == [{"id": "S1", "name": "Speaker 1"}, {"id": "S2", "name": "Speaker 2"}]
    assert document["turns"][0] == {"start": 0.4, "end": 1.55, "speaker": "S1"}
    assert [s["speaker"] for s in document["segments"]] == ["S1", "S2", "S1"]
    assert [s.get("overlap") for s in document["segments"]] == [None, None, True]
    assert document["segments"][0]["words"][0]["speaker"] == "S1"
    assert Transcript.from_dict(json.loads("".join(transcript().lines()))) == transcript()


def test_a_document_without_speakers_says_nothing_of_them():
    document = transcript(turns=None).to_dict()
    assert not {"speakers", "turns"} & set(document)


def test_subtitles_begin_a_new_cue_at_a_change_and_say_who_speaks():
    assert [line for line in rendered("srt").splitlines() if line.startswith("[")] == [
        "[S1] Hello.", "[S2] Good morning.", "[S1] And to you <all>."
    ]  # fmt: skip
    vtt = rendered("vtt")
    assert "<v Speaker 1>Hello.</v>" in vtt
    assert "<v Speaker 2>Good morning.</v>" in vtt
    assert "<v Speaker 1>And to you &lt;all&gt;.</v>" in vtt
    assert '::cue(v[voice="Speaker 2"]) { color: yellow }' in vtt


def test_a_text_has_a_paragraph_for_each_turn_of_words_behind_a_name():
    assert rendered("txt") == "Speaker 1: Hello.\n\nSpeaker 2: Good morning.\n\nSpeaker 1: And to you <all>.\n"


def test_a_name_that_somebody_gave_stands_in_every_form():
    document = transcript().to_dict()
    document["speakers"][0]["name"] = 'Lan "L" --> <b>'
    text, srt, tsv = (render(document, Format(form)).decode() for form in ("txt", "srt", "tsv"))
    assert text.startswith('Lan "L" --> <b>: Hello.\n\nSpeaker 2: Good morning.')
    assert '[Lan "L" --> <b>] Hello.' in srt
    assert '[Lan "L" --> <b>] Hello.' in tsv
    vtt = render(document, Format.VTT).decode()
    assert '<v Lan "L" --&gt; &lt;b&gt;>Hello.</v>' in vtt
    assert '::cue(v[voice="Lan \\22 L\\22  --\\3e  <b\\3e "]) { color: white }' in vtt
    assert "Lan" in docx.Document(io.BytesIO(render(document, Format.DOCX))).paragraphs[0].text
    assert " S1 " in render(document, Format.RTTM).decode(), "the format has no spaces in names"


def test_a_table_and_a_word_document_have_labels():
    assert rendered("tsv").splitlines()[1] == "500\t1500\t[S1] Hello."
    assert render(transcript().to_dict(), Format.DOCX)[:2] == b"PK"


def test_rttm_is_what_scoring_programs_read():
    assert rendered("rttm").splitlines() == [
        "SPEAKER job 1 0.400 1.150 <NA> <NA> S1 <NA> <NA>",
        "SPEAKER job 1 1.500 1.150 <NA> <NA> S2 <NA> <NA>",
        "SPEAKER job 1 2.700 1.400 <NA> <NA> S1 <NA> <NA>",
    ]
    with pytest.raises(InvalidRequest, match="speakers=auto") as refused:
        render(transcript(turns=None).to_dict(), Format.RTTM)
    assert refused.value.error_code == "speakers_not_told_apart"


def test_who_was_known_by_voice_has_the_name_in_every_form_and_in_every_version():
    document = replace(transcript(), names={"S2": "Lan"}).to_dict()
    assert [speaker["name"] for speaker in document["speakers"]] == ["Speaker 1", "Lan"]
    assert Transcript.from_dict(document).names == {"S2": "Lan"}
    assert b"[Lan] " in render(document, Format.SRT)
    assert b"<v Lan>" in render(document, Format.VTT)
    machine = Edition.of(document)
    assert document_of(document, machine, 1)["speakers"] == document["speakers"]
    unnamed, _ = edited(machine, [Name("S2", None)])
    assert [speaker["name"] for speaker in document_of(document, unnamed, 1)["speakers"]] == ["Speaker 1", "Speaker 2"]
    again = edition_of(document, [change.to_dict() for change in unnamed.leading_from(machine)])
    assert again.names == unnamed.names == {}
