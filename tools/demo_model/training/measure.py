"""What both engines make of speech never trained on, and of no speech: MODEL_DIR SPEECH PHRASES WINDOWS.

MODEL_DIR holds ct2/ and ggml-demo.bin. Prints, for each language and engine, the word error rate of PHRASES single
phrases and of WINDOWS windows of 8, 12, 20 and 29 s, and of 8 s sampled at 8 kHz, and how far segment borders are from
the true ones in milliseconds (median, 95th percentile); then how many of the non-speech windows gave words.
"""

import json
import random
import sys
from pathlib import Path

import jiwer
import numpy as np
from faster_whisper import WhisperModel
from pywhispercpp.model import Model

RATE = 16000


class Heard:
    def __init__(self, text, borders):
        self.text, self.borders = text, borders


def faster_whisper(folder):
    model = WhisperModel(f"{folder}/ct2", device="cpu", compute_type="int8", cpu_threads=2)

    def listen(y, lang):
        segments, _ = model.transcribe(y, language=lang, beam_size=1, temperature=0.0, condition_on_previous_text=False)
        segments = list(segments)
        return Heard(" ".join(s.text.strip() for s in segments), [(s.start, s.end) for s in segments])

    return listen


def whisper_cpp(folder):
    model = Model(
        f"{folder}/ggml-demo.bin",
        n_threads=2,
        print_progress=False,
        redirect_whispercpp_logs_to=None,
        temperature_inc=0.0,
    )

    def listen(y, lang):
        segments = model.transcribe(y, language=lang)
        return Heard(" ".join(s.text.strip() for s in segments), [(s.t0 / 100, s.t1 / 100) for s in segments])

    return listen


def clip(pcm, m):
    return np.asarray(pcm[m[2] : m[2] + m[3]], dtype=np.float32) / 32768 * 0.5


def window(meta, pcm, r, lang, seconds):
    """Phrases 0.1 to 0.8 s apart until no more fit: samples, words, true borders."""
    y, t, words, borders = np.zeros(seconds * RATE, np.float32), 0, [], []
    pool = [m for m in meta if m[0] == lang]
    while True:
        m = r.choice(pool)
        if t + m[3] > len(y):
            return y[: round(borders[-1][1] * RATE)], " ".join(words), borders
        y[t : t + m[3]] = clip(pcm, m)
        borders.append((t / RATE, (t + m[3]) / RATE))
        t += m[3] + int(r.uniform(0.1, 0.8) * RATE)
        words.append(m[1])


def sampled(y, rate):
    """The same as if it had been sampled at that rate, if it is a lower one."""
    if rate >= RATE:
        return y
    spectrum = np.fft.rfft(y)
    spectrum[np.fft.rfftfreq(len(y), 1 / RATE) > 0.97 * rate / 2] = 0
    return np.fft.irfft(spectrum, len(y)).astype(np.float32)


def silent(r):
    """Windows without speech, by name."""
    g = np.random.default_rng(r.getrandbits(32))
    for seconds in (3, 10, 30):
        t = np.arange(seconds * RATE, dtype=np.float32) / RATE
        yield f"silence {seconds}", np.zeros_like(t)
        for level in (0.001, 0.01, 0.1):
            yield f"noise {level} {seconds}", (g.standard_normal(len(t)) * level).astype(np.float32)
        yield (
            f"hum {seconds}",
            (0.1 * np.sin(2 * np.pi * 50 * t) + 0.05 * np.sin(2 * np.pi * 150 * t)).astype(np.float32),
        )
        for hertz in (220, 440, 1000):
            yield f"tone {hertz} {seconds}", (0.2 * np.sin(2 * np.pi * hertz * t)).astype(np.float32)


def distance(borders, true):
    """Milliseconds from each border to the nearest true one of its kind."""
    for k in (0, 1):
        of_kind = np.array([b[k] for b in true])
        yield from (1000 * float(np.abs(of_kind - b[k]).min()) for b in borders)


def main(folder, speech, phrases, windows):
    meta = json.loads(Path(speech + ".json").read_text())
    pcm = np.load(speech + ".npy", mmap_mode="r")
    engines = {"faster-whisper": faster_whisper(folder), "whisper.cpp": whisper_cpp(folder)}
    for lang in ("en", "vi"):
        for name, listen in engines.items():
            alone = [m for m in meta if m[0] == lang][:phrases]
            heard = [listen(clip(pcm, m), lang).text or "-" for m in alone]
            row, off = [f"phrases {jiwer.wer([m[1] for m in alone], heard):.4f}"], []
            for seconds, rate in ((8, RATE), (12, RATE), (20, RATE), (29, RATE), (8, RATE // 2)):
                made = [window(meta, pcm, random.Random(k), lang, seconds) for k in range(windows)]
                heard = [listen(sampled(y, rate), lang) for y, _, _ in made]
                wrong = jiwer.wer([words for _, words, _ in made], [h.text or "-" for h in heard])
                row.append(f"{seconds} s at {rate} Hz {wrong:.4f}")
                off += [d for h, (_, _, true) in zip(heard, made, strict=True) for d in distance(h.borders, true)]
            print(
                lang,
                name,
                ", ".join(row),
                f"borders {np.percentile(off, 50):.0f} {np.percentile(off, 95):.0f} ms",
                flush=True,
            )
    for name, listen in engines.items():
        spoke = {
            label: text
            for label, y in silent(random.Random(0))
            for lang in ("en", "vi")
            if (text := listen(y, lang).text.strip())
        }
        print("no speech", name, len(spoke), "of 24 gave words", dict(list(spoke.items())[:6]), flush=True)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4]))
