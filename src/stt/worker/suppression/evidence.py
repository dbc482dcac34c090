"""Whether words sound as if somebody had said them. Pure."""

from collections.abc import Callable, Iterable, Sequence

from stt.domain.jobs.chunk import Span
from stt.domain.transcripts.transcript import Segment, Word

HARDLY_HEARD = 0.5
"""Part of their time in which VAD heard somebody: below it most of what is written is written about silence."""
UNHEARD = 0.25
"""Below this it counts twice: what VAD misses of real speech are its edges, not three quarters."""
SLACK_SECONDS = 0.2
"""Speech is taken to reach this much further on either side: alignment is no more exact than that."""
UNSURE = 0.5
"""Mean probability below which the engine itself would rather have written something else. Spoken sentences have 0.8
and more; hallucinations are often as sure of themselves, so this alone says nothing."""
NO_SPEECH = 0.5
"""Where the engine finds silence likelier than speech. Whisper's own rule asks for 0.6 and unsure words as well; on
silence it often stays below. Distilled models such as large-v3-turbo say 0 whatever they hear."""
SILENT, DISBELIEVED, VOICED = 0.55, -0.75, 1 / 3
"""Where the engine finds silence so likely, the mean log probability of a token is below that, and less of the sound
has the pitch of a voice, nothing was said, whatever it is. In 12 minutes of sounds 13 sentences are so little
believed: in a kitchen 0.27 of the sound has a pitch at most, in noise nothing. In 19 minutes of people four are, all of
them Vietnamese commands, with a pitch in 0.4 and more. Whisper's own rule asks for 0.6 and -1: none is below -1."""
MOST_WORDS = 8.0
"""Words a second that nobody says. A Vietnamese syllable or a Chinese character is a word here: quick talk has six."""
FEWEST_WORDS = 0.7
"""Words a second below which nobody says a sentence: one of two seconds is spread over a window of thirty."""
SQUEEZED_SECONDS = 0.1
"""Words that are all shorter, or have no time, were not found in the sound but put where there was room left."""


def weakness(words: Sequence[Word], speech: Iterable[Span], no_speech: float | None) -> int:
    """How many signs, of five, say that nobody spoke these words.

    `speech` is where VAD heard somebody, `no_speech` what the engine said of their segment (`Segment.no_speech`).
    """
    heard = share_heard(Span(words[0].start, words[-1].end), speech)
    return sum(
        (
            heard < HARDLY_HEARD,
            heard < UNHEARD,
            mean_probability(words) < UNSURE,
            no_speech is not None and no_speech >= NO_SPEECH,
            is_rushed(words) or is_stretched(words),
        )
    )


def is_disbelieved(segment: Segment, voiced: Callable[[Segment], float]) -> bool:
    """Whether the engine itself believes neither its words nor that anybody speaks, as far as it tells.

    It is wrong where much of the sound is `voiced`, from 0 to 1.
    """
    decoding = segment.decoding
    if decoding is None or decoding.no_speech_prob is None:
        return False
    is_doubted = decoding.no_speech_prob >= SILENT and decoding.avg_logprob < DISBELIEVED
    return is_doubted and voiced(segment) < VOICED


def share_heard(span: Span, speech: Iterable[Span]) -> float:
    """The part of the span, 0 to 1, in which VAD heard somebody, or almost."""
    heard, reached = 0.0, span.start
    for spoken in sorted(speech, key=lambda s: s.start):
        start, end = max(reached, spoken.start - SLACK_SECONDS), min(span.end, spoken.end + SLACK_SECONDS)
        if span.duration <= 0 and start <= end:
            return 1.0
        heard += max(0.0, end - start)
        reached = max(reached, end)
    return heard / span.duration if span.duration > 0 else 0.0


def mean_probability(words: Sequence[Word]) -> float:
    """From 0 to 1."""
    return sum(word.probability for word in words) / len(words)


def is_rushed(words: Sequence[Word]) -> bool:
    """Whether nobody can speak so fast."""
    seconds = words[-1].end - words[0].start
    return len(words) > MOST_WORDS * seconds or all(map(is_squeezed, words))


def is_squeezed(word: Word) -> bool:
    """Whether alignment found no place for it, or hardly any."""
    return not word.timed or word.end - word.start < SQUEEZED_SECONDS


def is_stretched(words: Sequence[Word]) -> bool:
    """Whether nobody speaks so slowly."""
    return len(words) < FEWEST_WORDS * (words[-1].end - words[0].start)
