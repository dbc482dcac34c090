"""The section of docs/performance.md."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from statistics import median, quantiles

from benchmarks.peers.weights import COMPUTE_TYPE, DEMO
from benchmarks.report.bars import Bar, draw
from benchmarks.report.page import Section, table
from benchmarks.report.spread import Spread
from benchmarks.short_clips.added import Pair
from benchmarks.short_clips.load import Turn
from benchmarks.short_clips.measurement import OURS, Load, Measured

NAME = "short-clips"
LABELS = {
    "service-adaptive": "this service",
    "service-full": "this service, full audio context",
    "faster-whisper": "faster-whisper behind FastAPI, one model, a lock",
    "faster-whisper-batched": "the same with BatchedInferencePipeline",
    "whisper.cpp": "whisper.cpp's whisper-server",
}
TITLES = ("", "throughput, times the fastest peer's", "clips/s", "audio s/s", "p50, s", "p95, s", "p95, times its p95")


TARGET_MS = 20


def section(measured: Measured, load: Load, model: str, command: str) -> Section:
    """What was measured; ratios are taken run by run."""
    turns = measured.turns
    reference = fastest_peer(turns)
    picture = draw(
        "Short clips, throughput beside the fastest peer",
        [Bar(LABELS[s], _throughput(turns[s], turns[reference]), ours=s in OURS) for s in turns],
    )
    figures = {
        "load": asdict(load),
        "model": model,
        "fastest_peer": reference,
        "systems": {system: [_figures(turn) for turn in done] for system, done in turns.items()},
        "added_ms": [round(pair.added * 1000, 1) for pair in measured.pairs],
    }
    body = f"{_how(load, model)}\n\n{table(TITLES, rows(turns))}\n{_added(measured.pairs)}"
    return Section(NAME, command, figures, body, picture)


def fastest_peer(turns: Mapping[str, Sequence[Turn]]) -> str:
    """The one with the highest throughput in the median; ours where it is alone."""
    peers = [system for system in turns if system not in OURS] or list(turns)
    return max(peers, key=lambda system: Spread.of([turn.clips_per_second for turn in turns[system]]).median)


def rows(turns: Mapping[str, Sequence[Turn]]) -> list[list[str]]:
    """One for each system."""
    reference = turns[fastest_peer(turns)]
    return [
        [
            LABELS[system],
            _throughput(done, reference).show(),
            Spread.of([turn.clips_per_second for turn in done]).show(".1f"),
            Spread.of([turn.audio_per_second for turn in done]).show(".0f"),
            Spread.of([turn.latency(50) for turn in done]).show(".1f"),
            Spread.of([turn.latency(95) for turn in done]).show(".1f"),
            Spread.of_ratios([t.latency(95) for t in done], [t.latency(95) for t in reference]).show(),
        ]
        for system, done in turns.items()
    ]


def _added(pairs: Sequence[Pair]) -> str:
    """What the endpoint adds, as a table of its own."""
    if not pairs:
        return ""
    added = sorted(pair.added * 1000 for pair in pairs)
    quarters = quantiles(added, n=4, method="inclusive") if len(added) > 1 else added * 3
    titles = (
        "a clip of 5 s, sent alone",
        "`/api/stt/upload`, ms",
        "`/v1/audio/transcriptions`, ms",
        "adds, ms",
        "target",
    )
    upload, call = (median(getattr(pair, way) * 1000 for pair in pairs) for way in ("upload", "call"))
    spread = f"{median(added):.0f} (half of them {quarters[0]:.0f} to {quarters[2]:.0f})"
    row = [f"median of {len(pairs)}", f"{upload:.0f}", f"{call:.0f}", spread, f"under {TARGET_MS}"]
    return f"\n{table(titles, [row])}\n"


def _throughput(done: Sequence[Turn], reference: Sequence[Turn]) -> Spread:
    return Spread.of_ratios([t.clips_per_second for t in done], [t.clips_per_second for t in reference])


def _figures(turn: Turn) -> dict[str, object]:
    return {
        "elapsed": round(turn.elapsed, 3),
        "clips": len(turn.latencies),
        "silent": turn.silent,
        "clips_per_second": round(turn.clips_per_second, 3),
        "audio_per_second": round(turn.audio_per_second, 3),
        "p50": round(turn.latency(50), 3),
        "p95": round(turn.latency(95), 3),
    }


def _how(load: Load, model: str) -> str:
    weights = "the demo model" if model == DEMO else f"random weights in the shape of `{model}`"
    return (
        f"Up to {load.clips} clips of 3 to 10 s from {load.clients} clients, each of which sends one, waits for its "
        f"transcript and sends the next, for {load.seconds:g} s; every clip that was begun is waited for. Model: "
        f"{weights}; beam {load.beam} everywhere (the default of this service and of faster-whisper; whisper-server's "
        f"own is greedy), {COMPUTE_TYPE} (q8_0 in whisper.cpp), the language named, fallback temperatures "
        "as each has them. All are called through OpenAI's SDK for Python (`/v1/audio/transcriptions`), without "
        "streaming; latency is from sending a clip to having its text. This service stores every clip, times every "
        "word and keeps an account of every second meanwhile; the peers keep nothing, and time words only when asked, "
        "which they were not."
        "\n\nThe first peer is the engine of whisper-asr-webservice, which is no package that could be installed, in "
        "a server of our own that does as it does. [speaches](https://github.com/speaches-ai/speaches) is not among "
        "them: it is in no package index, and runs with Python 3.12 alone and with torch, gradio and a GPU's "
        "onnxruntime beside it; its engine is the same faster-whisper, one model in a process."
    )
