"""Windows to train on: speech laid out with pauses in noise, as log-mel features, target tokens and word places."""

from dataclasses import dataclass

import numpy as np
import torch

from stt.worker.audio.spectrogram import mel_filters
from tools.demo_model.training.phrases import EOT, RATE, Segment
from tools.demo_model.training.script import tokens

CUT_OFF = 0.03  # seconds of a word that may be missing at the window's border: one still hears which it is
NARROW = 0.3  # part of the windows that sound as if sampled at 7 to 16 kHz
ONE_SEGMENT = 0.08  # seconds: phrases closer than this are one segment, since nothing is heard between them


def gap(r, style):
    """Seconds between two phrases."""
    if style == "tight" or (style == "mixed" and r.random() < 0.06):
        return r.uniform(0, ONE_SEGMENT * 0.7)
    return r.choice([r.uniform(0.1, 0.45), r.uniform(0.1, 0.8), 0.3 * 10 ** r.uniform(0, 1)])


def lay(speech, seconds, r, lang):  # noqa: C901
    """Speech of `seconds` (float32) and its segments; now and then a border cuts a phrase: its whole words count."""
    n = int(seconds * RATE)
    y, segments = np.zeros(n, np.float32), []
    style = r.choices(["mixed", "tight", "apart"], [0.48, 0.1, 0.42])[0]
    single, cut = r.random() < 0.06, r.random() < 0.14
    t = int(r.choice([0, 0, r.uniform(0, 0.5), r.uniform(0, 1), r.uniform(0, 2)]) * RATE)
    if r.random() < 0.14:
        t = -int(r.uniform(0.1, 1.5) * RATE)
    while True:
        m = r.choice(speech.phrases[lang])
        if t < 0 and t + m[3] <= RATE // 10:
            continue
        if t + m[3] > n and not cut:
            if segments:
                break
            if m[3] > n:
                continue
            t = min(t, n - m[3])
        if t >= n:
            break
        y[max(0, t) : t + m[3]] += speech.clip(m)[max(0, -t) : n - t] * 10 ** (r.uniform(-14, 0) / 20)
        words = [w for w in speech.timed(m, t / RATE) if w[1] >= -CUT_OFF and w[2] <= seconds + CUT_OFF]
        if words:
            if segments and words[0][1] - segments[-1].end < ONE_SEGMENT:
                segments[-1].words += words
                segments[-1].end = words[-1][2]
            else:
                segments.append(Segment(max(0.0, words[0][1]), min(seconds, words[-1][2]), words))
        t += m[3] + int(gap(r, style) * RATE)
        if single:
            break
    return y, segments


def sound(n, r):
    """Something that is not speech (float32, `n` samples): noise, hum, tones, clicks, all of them, or nothing."""
    g = np.random.default_rng(r.getrandbits(32))
    t, y = np.arange(n, dtype=np.float32) / RATE, np.zeros(n, np.float32)
    kinds = r.choice(
        [["white"], ["brown"], ["hum"], ["tone"], ["beeps"], ["clicks"], ["white", "hum"], ["white", "clicks"], []]
    )
    for kind in kinds:
        if kind == "white":
            z = g.standard_normal(n, dtype=np.float32)
        elif kind == "brown":
            spectrum = np.fft.rfft(g.standard_normal(n, dtype=np.float32))
            z = np.fft.irfft(spectrum / np.maximum(np.arange(len(spectrum)), 20) ** r.uniform(0.5, 1.2), n)
        elif kind == "hum":
            base = r.choice([50, 60, 100, 120])
            z = sum(np.sin(2 * np.pi * base * k * t + g.uniform(0, 6)) / k ** r.uniform(0.5, 2) for k in (1, 2, 3, 5))
        elif kind == "tone":
            z = np.sin(2 * np.pi * 10 ** r.uniform(2, 3.8) * t)
        elif kind == "beeps":
            z = np.sin(2 * np.pi * 10 ** r.uniform(2.3, 3.5) * t) * (
                np.sin(2 * np.pi * r.uniform(0.3, 4) * t) > r.uniform(-0.5, 0.8)
            )
        else:
            z = np.zeros(n)
            z[g.integers(0, n, max(1, int(n / RATE * r.uniform(0.3, 8))))] = g.uniform(-1, 1)
            z = np.convolve(z, np.exp(-np.arange(200) / r.uniform(2, 60)))[:n]
        y += (z / (np.abs(z).max() + 1e-9)).astype(np.float32) * 10 ** (r.uniform(-55, -6) / 20)
    return y


def narrowed(y, r):
    """The sound as a recording with a low sampling rate has it, or now and then as a telephone line passes it."""
    spectrum, hertz = np.fft.rfft(y), np.fft.rfftfreq(len(y), 1 / RATE)
    highest = r.choice([r.uniform(3400, 4000), r.uniform(5000, 5512), r.uniform(3400, 7900)])
    passed = np.clip((highest - hertz) / (0.05 * highest), 0, 1)
    if r.random() < 0.3:
        passed *= np.clip((hertz - r.uniform(150, 300)) / 100, 0, 1)
    return np.fft.irfft(spectrum * passed, len(y)).astype(np.float32)


@dataclass
class Window:
    y: np.ndarray
    pad: int  # samples at the end that are padding
    ids: list
    targets: list
    places: list
    words: list  # (word, start, end)


def window(speech, seconds, r, filled=None):
    """One window of `seconds`, of which only the first `filled` seconds carry sound."""
    filled, n = filled or seconds, int(seconds * RATE)
    lang, y, segments = r.choice(["en", "vi"]), np.zeros(n, np.float32), []
    end = int(filled * RATE)
    if r.random() < 0.09:
        y[:end] = sound(end, r)
    else:
        y[:end], segments = lay(speech, filled, r, lang)
        kind = r.random()
        if kind < 0.45:
            noise = np.random.default_rng(r.getrandbits(32)).standard_normal(end, dtype=np.float32)
            y[:end] += noise * 10 ** (r.uniform(-75, -42) / 20)
        elif kind < 0.55:
            y[:end] += sound(end, r) * 0.06
        y *= 10 ** (r.uniform(-12, 3) / 20)
        if r.random() < NARROW:
            y[:end] = narrowed(y[:end], r)
    ids, targets, places = tokens(speech, segments, lang, r)
    return Window(y, n - end, ids, targets, places, [w for s in segments for w in s.words])


FILTERS = torch.from_numpy(mel_filters())
HANN = torch.hann_window(400)


def log_mel(y):
    """Whisper's features of [batch, samples]: [batch, 80, samples / 160]."""
    power = torch.stft(y, 400, 160, window=HANN, return_complex=True)[..., :-1].abs() ** 2
    m = torch.clamp(FILTERS @ power, min=1e-10).log10()
    return (torch.maximum(m, m.amax(dim=(1, 2), keepdim=True) - 8.0) + 4) / 4


@dataclass
class Batch:
    mel: torch.Tensor
    ids: torch.Tensor
    targets: torch.Tensor  # -100 where nothing is asked
    words: torch.Tensor  # numbers of all words, window after window
    counts: torch.Tensor
    mask: torch.Tensor  # [batch, token, frame]: where the target is heard
    placed: torch.Tensor  # [batch, token]: whether that is known


def collate(speech, ws, r):
    """A Batch of windows of one length."""
    frames, longest = len(ws[0].y) // 320, max(len(w.ids) for w in ws)
    mel = log_mel(torch.from_numpy(np.stack([w.y for w in ws])))
    shape = (len(ws), longest)
    ids, targets = torch.full(shape, speech.row[EOT]), torch.full(shape, -100)
    mask, placed = torch.zeros(*shape, frames, dtype=torch.bfloat16), torch.zeros(shape, dtype=torch.bool)
    for i, w in enumerate(ws):
        if w.pad and r.random() < 0.5:
            mel[i, :, (len(w.y) - w.pad) // 160 + 1 :] = 0.0  # faster-whisper pads features, not samples
        ids[i, : len(w.ids)] = torch.tensor([speech.row[t] for t in w.ids])
        targets[i, : len(w.ids)] = torch.tensor([-100 if t is None else speech.row[t] for t in w.targets])
        for j, place in enumerate(w.places):
            if place:
                mask[i, j, max(0, int(place[0] * 50)) : int(place[1] * 50) + 1] = 1
                placed[i, j] = True
    words = [torch.tensor([speech.number[x[0]] for x in w.words], dtype=torch.long) for w in ws]
    return Batch(mel, ids, targets, torch.cat(words), torch.tensor([len(x) for x in words]), mask, placed)


KINDS = {"full": 0.55, "padded": 0.27, "short": 0.18}


def draw(speech, kind, r):
    """A Batch of full windows, of windows padded with silence to 30 s as engines do it, or of short ones."""
    if kind == "full":
        return collate(speech, [window(speech, 30, r) for _ in range(6)], r)
    if kind == "padded":
        lengths = [r.choice([r.uniform(0.4, 4), r.uniform(2, 12), r.uniform(8, 29)]) for _ in range(6)]
        return collate(speech, [window(speech, 30, r, s) for s in lengths], r)
    return collate(speech, [window(speech, 10, r) for _ in range(20)], r)
