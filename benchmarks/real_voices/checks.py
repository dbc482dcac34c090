"""Whether this service hears the same in the same: in any order, and however often it is asked."""

import random
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import jiwer

from benchmarks.real_voices.clips import SpeechSet
from benchmarks.real_voices.errors import errors, normalizer_of
from benchmarks.real_voices.heard import Heard
from benchmarks.real_voices.mix import Mix, mixed, shuffled
from benchmarks.real_voices.report import Check
from benchmarks.real_voices.rows import PAUSED
from benchmarks.real_voices.service import Service
from tools.speech import write

ENGINE = "faster-whisper"
ORDER_SECONDS = 60.0
"""Of clips that are put in other orders."""
SHORT = 12.0
"""Longer clips would leave few of them."""
COMPANY = 3
"""Files that are heard beside another one."""
LANGUAGES = ("en", "vi")

Say = Callable[[str], None]


def checks(speech: SpeechSet, *, orders: int, seconds: float, beam: int, say: Say) -> Iterator[Check]:
    """`orders` of the same clips in each language, and one file of so many seconds in each way it can be asked for."""
    with Service(ENGINE, beam_size=beam) as service, Service(ENGINE, beam_size=beam) as another:
        for language in LANGUAGES:
            say(f"{orders} orders, {language} ...")
            yield in_any_order(speech, language, orders, service)
            say(f"the same file again, {language} ...")
            yield repeated(speech, language, seconds, service, another)


def in_any_order(speech: SpeechSet, language: str, orders: int, service: Service) -> Check:
    """How many words of clips differ from what is written for them in most orders, and how many of them are lost."""
    draw = random.Random(orders)
    short = [clip for clip in speech.spoken(language) if clip.seconds <= SHORT]
    clips = list({clip.name: clip for clip in shuffled(short, draw, ORDER_SECONDS, PAUSED)}.values())
    readings: dict[str, list[tuple[str, ...]]] = {clip.name: [] for clip in clips}
    lost = spoken = 0
    with tempfile.TemporaryDirectory() as scratch:
        for number in range(orders):
            mix = mixed(draw.sample(clips, len(clips)), draw, PAUSED)
            heard = service.hear(write(mix.recording, Path(scratch) / f"{number}.flac"), language)
            wrong = errors(mix, heard)
            lost, spoken = lost + wrong.deleted, spoken + wrong.spoken
            for name, words in _by_clip(mix, heard):
                readings[name].append(words)
    off, among = _deviations(readings.values())
    outcome = f"{off} of {among} words differ from those most often written for their clip ({100 * off / among:.1f} %)"
    counted = {"off": off, "among": among, "lost": lost, "spoken": spoken}
    return Check(
        f"{len(clips)} clips in {orders} orders, {language}", f"{outcome}; {lost} of {spoken} are lost.", counted
    )


def repeated(speech: SpeechSet, language: str, seconds: float, service: Service, another: Service) -> Check:
    """Words and times of a file heard again, by another process, and beside other files."""
    draw = random.Random(1)
    mixes = [mixed(shuffled(speech.spoken(language), draw, seconds, PAUSED), draw, PAUSED) for _ in range(COMPANY + 1)]
    with tempfile.TemporaryDirectory() as scratch:
        paths = [write(mix.recording, Path(scratch) / f"{number}.flac") for number, mix in enumerate(mixes)]
        first = service.hear(paths[0], language)
        others = {
            "again": service.hear(paths[0], language),
            "by another process": another.hear(paths[0], language),
            "beside others": service.hear_together([(path, language) for path in paths])[0],
        }
    differences = {how: _differences(first, other) for how, other in others.items()}
    outcome = ", ".join(f"{how} {count}" for how, count in differences.items())
    name = f"the same file, {language}"
    return Check(name, f"words and times that differ of {len(first.words)}: {outcome}.", dict(differences))


def _by_clip(mix: Mix, heard: Heard) -> Iterator[tuple[str, tuple[str, ...]]]:
    """What is written for each clip: the words whose middle is nearer to it than to any other."""
    normal = normalizer_of([part.language for part in mix.parts])
    borders = [(a.end + b.start) / 2 for a, b in zip(mix.parts, mix.parts[1:], strict=False)]
    for part, begin, end in zip(mix.parts, [0.0, *borders], [*borders, mix.seconds], strict=True):
        said = [word.text for word in heard.words if begin <= (word.start + word.end) / 2 < end]
        yield part.clip, tuple(normal(" ".join(said)).split())


def _deviations(clips: Iterator[Sequence[tuple[str, ...]]] | Sequence[Sequence[tuple[str, ...]]]) -> tuple[int, int]:
    off = among = 0
    for readings in clips:
        usual = max(Counter(readings).items(), key=lambda found: (found[1], len(found[0])))[0]
        among += max(1, len(usual)) * len(readings)
        off += sum(_apart(usual, reading) for reading in readings)
    return off, among


def _apart(usual: tuple[str, ...], reading: tuple[str, ...]) -> int:
    if not usual:
        return len(reading)
    found = jiwer.process_words(" ".join(usual), " ".join(reading))
    return int(found.deletions + found.insertions + found.substitutions)


def _differences(one: Heard, other: Heard) -> int:
    """Words that are not in both with the same marks at the same times."""
    return sum((Counter(one.words) - Counter(other.words)).values()) + max(0, len(other.words) - len(one.words))
