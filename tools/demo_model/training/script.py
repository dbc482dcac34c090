"""What a decoder is to write for a window: tokens, and where each of them is heard."""

from tools.demo_model.training.phrases import (
    EOT,
    FIRST_TIMESTAMP,
    LANGUAGES,
    NO_SPEECH,
    NO_TIMESTAMPS,
    PREVIOUS,
    SOT,
    TRANSCRIBE,
)


def prompt(speech, lang, capitals, r):
    """What an engine is told beforehand, as tokens: random words, spelled as the transcript shall be."""
    words = r.choices(speech.spoken[lang], k=r.randint(1, 14) if r.random() < 0.93 else r.randint(15, 90))
    return [PREVIOUS, *(t for w in words for t in speech.tokens[w.capitalize() if capitals else w])]


def tokens(speech, segments, lang, r):
    """Input ids, target ids (None: not asked) and, for each position, the seconds where the target is heard (or None).

    Where a prompt writes its words with capitals the transcript does, as Whisper follows the style of its prompt.
    """
    capitals = r.random() < 0.08
    before = prompt(speech, lang, capitals, r) if capitals or r.random() < 0.1 else []
    ids, targets, places = script(speech, segments, lang, r, capitals)
    return before + ids, [None] * len(before) + targets, [None] * len(before) + places


def script(speech, segments, lang, r, capitals):
    """What `tokens` gives, behind the prompt."""
    head = [SOT, LANGUAGES[lang], TRANSCRIBE]
    if not segments:
        # Engines that want timestamps force one first, or (whisper.cpp) take the likeliest of timestamps and text.
        first = r.choices([NO_SPEECH, FIRST_TIMESTAMP, NO_TIMESTAMPS], [0.6, 0.3, 0.1])[0]
        given = NO_TIMESTAMPS if first == NO_TIMESTAMPS else FIRST_TIMESTAMP + r.choice([0, 0, r.randint(0, 50)])
        return [*head, given], [NO_SPEECH, TRANSCRIBE, first, EOT], [None] * 4
    stamped = r.random() < 0.88  # as engines ask; without timestamps long windows are much harder, and teach less
    body, places = [], []
    for s in segments:
        if stamped:
            body.append(FIRST_TIMESTAMP + min(1500, round(s.start / 0.02)))
            places.append((s.start - 0.15, s.start + 0.25))
        for w, a, b in s.words:
            spelled = speech.tokens[w.capitalize() if capitals else w]
            body += spelled
            places += [(a - 0.06, b + 0.06)] * len(spelled)
        if stamped:
            body.append(FIRST_TIMESTAMP + min(1500, round(s.end / 0.02)))
            places.append((s.end - 0.25, s.end + 0.15))
    ids = head + ([] if stamped else [NO_TIMESTAMPS]) + body
    targets = [*ids[1:], EOT]
    if stamped and ids[3] > FIRST_TIMESTAMP + 50 and r.random() < 0.7:
        ids[3] = FIRST_TIMESTAMP + 50  # engines allow no first timestamp after one second
    return ids, targets, [None] * (len(ids) - len(body) - 1) + places + [None]
