"""The rows of the table: what is spoken, in which language, and how it sounds."""

import json
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from benchmarks.fidelity.corpus import NONSPEECH
from benchmarks.real_voices.clips import FULL_SCALE, Clip, Samples, SpeechSet, read
from benchmarks.real_voices.mix import PAUSE_SECONDS, Mix, Part, alone, mixed, shuffled, taking_turns, trimmed
from benchmarks.real_voices.sound import by_telephone, in_a_room, louder, with_noise
from tools.speech.nonspeech import hum, tones
from tools.speech.recording import SAMPLE_RATE, Recording

AUTO, MULTI, NOBODY = "auto", "multi", "en"
"""What is told where the language is to be found, where there are several, and of sounds in which nobody speaks."""
PAUSED, NONE, SPARSE, LONG, MEETING = (0.3, 1.5), (0.0, 0.0), (5.0, 12.0), (2.0, 8.0), (-0.5, 0.6)
LOUDER_DB, FAINT_DB, SNR_DB, ROOM_SNR_DB = 20.0, -40.0, 10.0, 20.0
STEADY = (hum, tones)
TURN = (1, 3)
LONGEST_SOUND = 30.0
LEAST_SECONDS = 3.0
"""A clip shorter than this is not asked for its language."""
ANOTHER_VOICE = "after_another_voice"

Mixing = Callable[[SpeechSet, float, int], Sequence[Mix]]
"""The files of a row for so many seconds and a seed."""


@dataclass(frozen=True)
class Row:
    """A kind of speech in a language; `core` rows are heard by slow systems as well."""

    language: str
    kind: str
    mixes: Mixing
    core: bool = False

    @property
    def name(self) -> str:
        """As the command line has it."""
        return f"{self.language}-{self.kind.replace(' ', '-')}"


def _one(make: Callable[[SpeechSet, float, random.Random], Mix]) -> Mixing:
    return lambda speech, seconds, seed: [make(speech, seconds, random.Random(seed))]


def _speech(language: str, pause: tuple[float, float], *, filled: bool = False) -> Callable[..., Mix]:
    def make(speech: SpeechSet, seconds: float, draw: random.Random) -> Mix:
        clips = shuffled(speech.spoken(language), draw, seconds, pause)
        return mixed(clips, draw, pause, fill=_sounds(speech) if filled else ())

    return make


def _pauseless(language: str) -> Callable[..., Mix]:
    def make(speech: SpeechSet, seconds: float, draw: random.Random) -> Mix:
        return mixed(list(map(trimmed, shuffled(speech.spoken(language), draw, seconds, NONE))), draw, NONE)

    return make


def _paused(language: str, change: Callable[[Mix, SpeechSet, random.Random], Mix]) -> Callable[..., Mix]:
    def make(speech: SpeechSet, seconds: float, draw: random.Random) -> Mix:
        return change(_speech(language, PAUSED)(speech, seconds, draw), speech, draw)

    return make


def _in_noise(mix: Mix, speech: SpeechSet, draw: random.Random) -> Mix:
    noise = draw.choice(speech.nonspeech).samples
    return mix.treated(lambda samples: with_noise(samples, noise, SNR_DB))


def _over_sounds(mix: Mix, _: SpeechSet, draw: random.Random) -> Mix:
    sound = _samples(draw.choice(STEADY)(LONGEST_SOUND))
    return mix.treated(lambda samples: with_noise(samples, sound, SNR_DB))


def _meeting(language: str) -> Callable[..., Mix]:
    def make(speech: SpeechSet, seconds: float, draw: random.Random) -> Mix:
        noise, seed = draw.choice(speech.nonspeech).samples, draw.getrandbits(32)
        said = _speech(language, MEETING)(speech, seconds, draw)
        return said.treated(lambda samples: with_noise(in_a_room(samples, seed), noise, ROOM_SNR_DB))

    return make


def _two_languages(first: str, second: str) -> Callable[..., Mix]:
    def make(speech: SpeechSet, seconds: float, draw: random.Random) -> Mix:
        groups = [shuffled(speech.spoken(language), draw, seconds / 2, PAUSED) for language in (first, second)]
        return mixed(taking_turns(groups, draw, TURN), draw, PAUSED, told=MULTI)

    return make


def _every_clip(speech: SpeechSet, seconds: float, seed: int) -> Sequence[Mix]:
    """Clips of every language alone, each language in turn until they last `seconds` together."""
    draw = random.Random(seed)
    known = [c for c in speech.clips if c.text and c.seconds >= LEAST_SECONDS and c.kind in ("clip", "vi", "lj")]
    languages = sorted({clip.language for clip in known})
    groups = [draw.sample(mine, len(mine)) for mine in ([c for c in known if c.language == one] for one in languages)]
    chosen, lasting = [], 0.0
    for clip in taking_turns(groups, draw, (1, 1)):
        if lasting < seconds:
            chosen.append(clip)
            lasting += clip.seconds
    return [alone(clip, AUTO) for clip in chosen]


def _nobody(speech: SpeechSet, seconds: float, seed: int) -> Sequence[Mix]:
    """Each sound alone."""
    sounds = _sounds(speech)
    longest = min(LONGEST_SOUND, seconds / len(sounds) * 2)
    draw = random.Random(seed)
    return [alone(_piece(sound, longest, draw), NOBODY) for sound in sounds]


def another_voice(speech: SpeechSet) -> Mix:
    """The mix that comes with the set: voices behind which a VAD may not hear the ninth."""
    path = speech.folder / "mixes" / f"{ANOTHER_VOICE}.flac"
    known = json.loads(path.with_suffix(".json").read_text(encoding="utf-8"))
    parts = [Part(part["start"], part["end"], None, part["clip"], "", "en") for part in known["parts"]]
    text = " ".join(known["reference"].split())
    # Its reference is one text: which words belong to which clip is not said.
    whole = Part(parts[0].start, parts[-1].end, None, ANOTHER_VOICE, text, "en")
    borders = [(before.end, behind.start) for before, behind in zip(parts, parts[1:], strict=False)]
    return Mix(read(path), (whole,), tuple((a, b) for a, b in borders if b - a >= PAUSE_SECONDS), "en")


def _piece(sound: Clip, longest: float, draw: random.Random) -> Clip:
    room = max(0.0, sound.seconds - longest)
    begin = round(draw.uniform(0, room) * SAMPLE_RATE)
    return _sound(sound.name, sound.samples[begin : begin + round(longest * SAMPLE_RATE)])


def _sounds(speech: SpeechSet) -> list[Clip]:
    return [*speech.nonspeech, *_made()]


def _made() -> list[Clip]:
    """Silence, noise, hum, music, telephone keys and clicks."""
    made = [make(LONGEST_SOUND) for make in NONSPEECH]
    return [_sound(f"made {number}", _samples(one)) for number, one in enumerate(made)]


def _samples(recording: Recording) -> Samples:
    return recording.pcm.astype(np.float32) / FULL_SCALE


def _sound(name: str, samples: Samples) -> Clip:
    clip = Clip(Path(name), "none", "", "nonspeech", len(samples) / SAMPLE_RATE)
    vars(clip)["samples"] = samples  # which are not read from a file
    return clip


def _rows() -> list[Row]:
    rows = []
    for language in ("en", "vi"):
        rows += [
            Row(language, "pauses", _one(_speech(language, PAUSED)), core=True),
            Row(language, "no pauses", _one(_pauseless(language))),
            Row(language, "sparse", _one(_speech(language, SPARSE))),
            Row(language, "noise", _one(_paused(language, _in_noise))),
            Row(language, "telephone", _one(_paused(language, lambda mix, *_: mix.treated(by_telephone)))),
            Row(language, "faint", _one(_paused(language, lambda m, *_: m.treated(lambda s: louder(s, FAINT_DB))))),
            Row(language, "clipped", _one(_paused(language, lambda m, *_: m.treated(lambda s: louder(s, LOUDER_DB))))),
            Row(language, "meeting", _one(_meeting(language))),
            Row(language, "sounds between", _one(_speech(language, LONG, filled=True)), core=True),
            Row(language, "sounds under", _one(_paused(language, _over_sounds))),
        ]
    return [
        *rows,
        Row("en", "another voice", lambda speech, *_: [another_voice(speech)], core=True),
        Row("de", "pauses", _one(_speech("de", PAUSED))),
        Row("es", "pauses", _one(_speech("es", PAUSED))),
        Row("en+vi", "taking turns", _one(_two_languages("en", "vi"))),
        Row("en+de", "taking turns", _one(_two_languages("en", "de"))),
        Row("any", "clips alone", _every_clip),
        Row("nobody", "sounds alone", _nobody, core=True),
    ]


ROWS = {row.name: row for row in _rows()}
