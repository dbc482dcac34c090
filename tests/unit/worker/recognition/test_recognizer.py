"""From the audio of a chunk to what was said in it."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from stt.domain.jobs.chunk import ChunkPlan, Span
from stt.domain.jobs.guidance import Task
from stt.domain.transcripts.decoding import Decoding
from stt.domain.transcripts.transcript import Gap, Segment, Word
from stt.domain.whisper.engine import Engine
from stt.worker.constants import SAMPLE_RATE
from stt.worker.cutting.windows import plan_windows
from stt.worker.errors import EngineCrashed
from stt.worker.inference.batcher import EngineRequest
from stt.worker.recognition import loops, recognizer, seams
from stt.worker.recognition.recognizer import recognize
from stt.worker.recognition.tuning import FEW_WINDOWS
from stt.worker.suppression.suppression import Hallucinations
from stt.worker.transcriber.base import DecodingOptions
from tests.unit.worker.listener import Listener, clock, speech

LONGEST = 8.0
OPTIONS = DecodingOptions("vi", beam_size=5, task=Task.TRANSCRIBE, prompt="Xin chào", hotwords="phở")
NONE = Hallucinations({})
WORDS = [f"w{i}" for i in range(100)]


def plan_of(*spans: tuple[float, float], seconds: float) -> ChunkPlan:
    whole = Span(0.0, seconds)
    return ChunkPlan(0, whole, whole, tuple(Span(*span) for span in spans))


async def hear(listener, plan, options=OPTIONS, hallucinations=NONE):
    request = EngineRequest(Engine.FASTER_WHISPER, Path("demo"), options)
    return await recognize(clock(plan.audio.end), plan, listener, request, LONGEST, hallucinations)


def words_in(heard):
    return [word.word for segment in heard.segments for word in segment.words]


async def test_speech_that_is_longer_than_a_window_is_heard_whole():
    truth = speech(WORDS, [0.31, 0.22, 0.4])
    plan = plan_of((0.0, truth[-1].end), seconds=truth[-1].end)
    listener = Listener(truth, jitter=0.05)
    assert words_in(await hear(listener, plan)) == WORDS
    assert all(window.duration <= LONGEST + 1e-6 for window in listener.heard)


class Disbelieving:
    """Writes four words in the two seconds behind the margin of a window, and believes nothing of it."""

    async def transcribe(self, windows, request):
        words = tuple(Word(f"w{n}", 0.5 + n / 2, 1.0 + n / 2, 0.4) for n in range(4))
        return [(Segment(0.5, 2.5, "w0 w1 w2 w3", words, decoding=Decoding(-0.9, 0.7)),) for _ in windows]


@pytest.mark.parametrize(("is_hiss", "count"), [(False, 4), (True, 0)])
async def test_what_an_engine_disbelieves_stays_where_its_speech_has_the_pitch_of_a_voice(is_hiss, count):
    moments = np.arange(4 * SAMPLE_RATE) / SAMPLE_RATE
    voice = sum(np.sin(2 * np.pi * 120 * overtone * moments) / overtone for overtone in range(1, 12))
    hiss = np.random.default_rng(1).standard_normal(len(moments))
    spoken = (moments >= 1.0) & (moments < 3.0)
    pcm = (2000 * np.where(spoken == is_hiss, hiss, voice)).astype(np.int16)
    request = EngineRequest(Engine.FASTER_WHISPER, Path("demo"), OPTIONS)
    heard = await recognize(pcm, plan_of((1.0, 3.0), seconds=4.0), Disbelieving(), request, LONGEST, NONE)
    assert len(words_in(heard)) == count
    assert len(heard.suppressed) == bool(is_hiss)


class MishearsOnce(Listener):
    """Mishears the word behind the first cut in the window behind it."""

    def _written(self, word, audio, draw):
        first, second = (window.audio for window in plan_windows(forty_words()[0], LONGEST)[:2])
        beside_the_cut = next(w for w in self.truth if w.start > (second.start + first.end) / 2 + 0.4)
        wrong = word is beside_the_cut and abs(audio.start - second.start) < 0.01 and audio.end > second.end - 0.01
        return super()._written(replace(word, word="nonsense") if wrong else word, audio, draw)


def forty_words():
    truth = speech(WORDS[:40], [0.31])
    return plan_of((0.0, truth[-1].end), seconds=truth[-1].end), truth


async def test_where_two_windows_disagree_further_hearings_decide():
    plan, truth = forty_words()
    assert words_in(await hear(MishearsOnce(truth), plan)) == WORDS[:40]


async def test_without_further_hearings_the_one_that_owns_the_place_is_believed(monkeypatch):
    """Negative control: windows joined as they are."""
    monkeypatch.setattr(seams, "disputed_seams", lambda pieces: [])
    plan, truth = forty_words()
    assert "nonsense" in words_in(await hear(MishearsOnce(truth), plan))


async def test_no_further_hearing_is_needed_where_both_sides_agree():
    truth = speech(WORDS[:40], [0.31])
    plan = plan_of((0.0, truth[-1].end), seconds=truth[-1].end)
    listener = Listener(truth)
    await hear(listener, plan)
    assert len(listener.heard) == len(plan_windows(plan, LONGEST))


async def test_speech_without_words_is_heard_once_more_in_another_way():
    truth = speech(WORDS[:12], [0.4]) + speech(WORDS[12:24], [0.4], start=9.0)
    plan = plan_of((0.0, 4.8), (9.0, 13.8), seconds=14.0)
    missed = plan_windows(plan, LONGEST)[1].audio
    listener = Listener(truth, deaf_to=[missed])
    assert words_in(await hear(listener, plan)) == WORDS[:24]
    again = listener.requests[-1]
    assert (again.beam_size, again.prompt, again.hotwords) == (1, "", "")
    assert listener.heard[-1] != missed, "the same window would be missed again"


async def test_a_word_missed_in_the_midst_of_others_is_found_and_put_in_its_place():
    truth = speech(WORDS[:16], [0.4])
    plan = plan_of((0.0, 6.4), seconds=6.4)

    class SkipsInTheMiddle(Listener):
        def _written(self, word, audio, draw):
            skips = audio == Span(0.0, 6.4) and 2.0 < word.start < 3.9
            return () if skips else super()._written(word, audio, draw)

    heard = await hear(SkipsInTheMiddle(truth), plan)
    assert words_in(heard) == WORDS[:16]
    assert all(a.end <= b.start + 1e-6 for a, b in zip(heard.segments, heard.segments[1:], strict=False))


async def test_what_nobody_understands_twice_stays_a_gap():
    truth = speech(WORDS[:12], [0.4])
    plan = plan_of((0.0, 4.8), (9.0, 13.8), seconds=14.0)
    listener = Listener(truth)
    heard = await hear(listener, plan)
    assert words_in(heard) == WORDS[:12]
    assert len(listener.heard) == 3, "heard, heard again, and no more"


async def test_a_window_that_breaks_the_engine_is_tried_in_another_way_before_it_is_a_gap():
    truth = speech(WORDS[:12], [0.4]) + speech(WORDS[12:24], [0.4], start=9.0)
    plan = plan_of((0.0, 4.8), (9.0, 13.8), seconds=14.0)
    window = plan_windows(plan, LONGEST)[1]
    heard = await hear(Listener(truth, breaks_on=[window.audio]), plan)
    assert words_in(heard) == WORDS[:24]
    assert heard.gaps == (Gap(window.owned.start, window.owned.end, "engine_crashed"),), "the ledger knows what is left"


async def test_an_engine_that_can_do_nothing_has_crashed():
    plan = plan_of((0.0, 4.8), seconds=5.0)
    with pytest.raises(EngineCrashed):
        await hear(Listener([], breaks_on=[plan_windows(plan, LONGEST)[0].audio]), plan)


async def test_prompt_hotwords_and_task_reach_every_window():
    truth = speech(WORDS, [0.31])
    plan = plan_of((0.0, truth[-1].end), seconds=truth[-1].end)
    listener = Listener(truth)
    await hear(listener, plan, replace(OPTIONS, task=Task.TRANSLATE))
    assert len(listener.requests) > 3
    assert {(o.prompt, o.hotwords, o.task) for o in listener.requests} == {("Xin chào", "phở", Task.TRANSLATE)}


async def test_where_several_languages_are_spoken_each_window_has_its_own():
    truth = speech(WORDS[:12], [0.4]) + speech(WORDS[12:24], [0.4], start=6.0)
    plan = plan_of((0.0, 4.8), (6.0, 10.8), seconds=11.0)
    listener = Listener(truth, languages={"vi": Span(0, 5.4), "en": Span(5.4, 11)})
    heard = await hear(listener, plan, replace(OPTIONS, language="multi"))
    assert [segment.language for segment in heard.segments] == ["vi", "en"]
    assert sorted(o.language for o in listener.requests) == ["en", "vi"]


async def test_what_follows_in_the_same_language_is_heard_together():
    truth = [*speech(WORDS[:5], [0.4]), *speech(WORDS[5:10], [0.4], start=3.0), *speech(WORDS[10:15], [0.4], start=6.0)]
    plan = plan_of((0.0, 2.0), (3.0, 5.0), (6.0, 8.0), seconds=8.0)
    listener = Listener(truth, languages={"vi": Span(0, 5.5), "en": Span(5.5, 8)})
    heard = await hear(listener, plan, replace(OPTIONS, language="multi"))
    assert [(s.language, s.text) for s in heard.segments] == [
        ("vi", " ".join(WORDS[:10])),
        ("en", " ".join(WORDS[10:15])),
    ]


async def test_one_language_needs_no_label():
    truth = speech(WORDS[:12], [0.4])
    heard = await hear(Listener(truth), plan_of((0.0, 4.8), seconds=5.0))
    assert [segment.language for segment in heard.segments] == [None]


class Errs(Listener):
    """Writes `_wrong(words)` in place of what is said in windows of `enough` seconds and more."""

    enough = 4.0

    def _hear(self, window, request):
        segments = super()._hear(window, request)
        if not segments or self._span(window).duration < self.enough:
            return segments
        (said,) = segments
        return (said.keeping(self._wrong(said.words)),)


class Loops(Errs):
    """Writes one word without end."""

    def _wrong(self, words):
        return [*words[:4], *(replace(words[3], start=1.6, end=1.6, probability=0.2) for _ in range(9))]


async def test_what_is_repeated_without_end_is_left_out_and_told():
    truth = speech(WORDS[:12], [0.4])
    heard = await hear(Loops(truth), plan_of((0.0, 4.8), seconds=4.8))
    assert [(s.reason, s.text) for s in heard.suppressed] == [("loop", " ".join(["w3"] * 9))]
    assert words_in(heard) == WORDS[:12], "what the loop hid is heard again"


async def test_without_a_look_for_loops_they_are_in_the_transcript(monkeypatch):
    """Negative control: what an engine writes, taken as it is."""
    monkeypatch.setattr(recognizer, "unloop", lambda segments: (segments, []))
    heard = await hear(Loops(speech(WORDS[:12], [0.4])), plan_of((0.0, 4.8), seconds=4.8))
    assert words_in(heard).count("w3") == 10


class LoopsAtTheEnd(Errs):
    """Repeats the last two words, which alignment half finds, in windows that end with `w39`."""

    enough = 6.0

    def _wrong(self, words):
        if words[-1].word != WORDS[39]:
            return words
        *others, first, second = words
        end, length = second.end, (second.end - first.start) / 6
        looped = [
            replace(word, start=end - (6 - i) * length, end=end - (5 - i) * length, timed=i != 3)
            for i, word in enumerate([first, second] * 3)
        ]
        return [*others, *looped]


async def looping(listener):
    return await hear(listener, plan_of((0.0, listener.truth[-1].end), seconds=listener.truth[-1].end))


async def test_what_a_window_repeats_in_doubt_is_left_out_before_windows_are_joined_and_told():
    heard = await looping(LoopsAtTheEnd(speech(WORDS[:40], [0.31])))
    assert words_in(heard) == WORDS[:40], "what the loop hid is heard again"
    assert {entry.reason for entry in heard.suppressed} == {"loop"}


async def test_windows_that_loop_are_not_heard_again():
    listener = LoopsAtTheEnd(speech(WORDS[:40], [0.31]))
    await looping(listener)
    whole = Span(0.0, listener.truth[-1].end)
    alike = [options for options in listener.requests if options.beam_size == OPTIONS.beam_size]
    assert len(alike) == len(plan_windows(ChunkPlan(0, whole, whole, (whole,)), LONGEST))


async def test_joined_as_they_are_loops_are_in_the_transcript(monkeypatch):
    """Negative control: windows joined as the engine wrote them."""
    monkeypatch.setattr(loops, "undoubted", lambda segments: (segments, []))
    heard = await looping(LoopsAtTheEnd(speech(WORDS[:40], [0.31])))
    assert words_in(heard) != WORDS[:40]


class LoopsEverywhere(LoopsAtTheEnd):
    """Repeats itself whatever it hears."""

    enough = 0.0

    def _wrong(self, words):
        return super()._wrong([*words[:-1], replace(words[-1], word=WORDS[39])]) if len(words) > 2 else words


@pytest.mark.parametrize("seconds", [12, 60])
async def test_a_chunk_of_sound_that_makes_the_engine_loop_costs_no_more_than_speech_twice_over(seconds):
    """Bursts of speech that are all alike: each window was heard again as two, 10,000 bursts took thrice their time."""
    truth = [word for start in range(seconds) for word in speech(["w1", "w2"], [0.2], start=start)]
    plan = plan_of(*((float(start), start + 0.4) for start in range(seconds)), seconds=float(seconds))
    listener = LoopsEverywhere(truth)
    heard = await hear(listener, plan)
    assert heard.suppressed, "or nothing was in doubt"
    assert len(listener.heard) <= 2 * len(plan_windows(plan, LONGEST))


async def test_a_chunk_of_noises_that_pass_for_speech_costs_no_more_than_speech_twice_over():
    """Each is a hole; windows of their own, which cost as much as full ones, took twenty times as long."""
    noises = [(i + 0.1, i + 0.85) for i in range(60)]
    plan, listener = plan_of(*noises, seconds=60.0), Listener([])
    request = EngineRequest(Engine.FASTER_WHISPER, Path("demo"), OPTIONS)
    await recognize(clock(60.0), plan, listener, request, 30.0, NONE)
    assert len(listener.heard) <= 2 * max(len(plan_windows(plan, 30.0)), FEW_WINDOWS)


async def test_words_in_many_holes_are_found_where_these_are_heard_together():
    spans = [(2.0 * i + 0.2, 2.0 * i + 1.4) for i in range(20)]
    truth = [word for start, _ in spans for word in speech(["a", "b", "c"], [0.3], start=start + 0.1)]
    plan = plan_of(*spans, seconds=40.0)

    class DeafAtFirst(Listener):
        def _hear(self, window, request):
            heard = super()._hear(window, request)
            return () if request.options.prompt else heard

    listener = DeafAtFirst(truth)
    assert words_in(await hear(listener, plan)) == [word.word for word in truth]
    assert len(listener.heard) <= 2 * len(plan_windows(plan, LONGEST))
