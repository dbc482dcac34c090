"""What tells speakers apart: this service's own rooms, cut as it cuts, and a peer with the same weights."""

import time
from collections.abc import Callable, Mapping, Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from benchmarks.speakers.conversation import Conversation, Turn
from stt.domain.transcripts.speakers import SpeakerCount
from stt.worker.audio import flac
from stt.worker.models.checkpoints import SEGMENTATION, VOICES
from stt.worker.preparation.child import prepare
from stt.worker.preparation.prepared import PreparedChunk
from stt.worker.speakers.hearing import hear_voices
from stt.worker.speakers.networks import Networks
from stt.worker.speakers.telling_apart import tell_apart
from stt.worker.speakers.tracks import Heard
from stt.worker.weights.onnx_graph import with_notes
from tools.speech.recording import SAMPLE_RATE

CHUNK_SECONDS = 60.0
PEER = "sherpa_onnx"
PEER_THRESHOLD = 0.5
"""Its own default."""

Found = tuple[Sequence[Turn], float]
"""Who speaks when, and the seconds of processor that it took."""
System = Callable[[Conversation, Path, int | None], Found]


def this_service(model: Path, _: Path) -> System:
    """Chunks as they are cut from a file, voices heard in each, told apart at the end; cutting is not timed."""
    networks = Networks(model)
    kept: dict[Path, tuple[list[Heard], float]] = {}

    def hear(file: Path) -> tuple[list[Heard], float]:
        cut = [c for c in prepare(file, chunk_seconds=CHUNK_SECONDS, max_seconds=1e6) if isinstance(c, PreparedChunk)]
        chunks = [(chunk.plan, flac.decode(chunk.flac)) for chunk in cut if not chunk.plan.is_silent]
        began = time.process_time()
        heard = [Heard(plan.audio.start, plan.owned, hear_voices(pcm, networks)) for plan, pcm in chunks]
        return heard, time.process_time() - began

    def tell(_: Conversation, file: Path, count: int | None) -> Found:
        if file not in kept:
            kept[file] = hear(file)
        heard, heard_in = kept[file]
        began = time.process_time()
        wanted = SpeakerCount(count, count) if count else SpeakerCount()
        turns = tell_apart({None: heard}, wanted).turns[None]
        return [Turn(t.start, t.end, t.speaker) for t in turns], heard_in + time.process_time() - began

    return tell


def peer(model: Path, scratch: Path) -> System | None:
    """sherpa-onnx with the same two networks, its own clustering and defaults; `None` where it is not installed."""
    if find_spec(PEER) is None:
        return None
    import sherpa_onnx

    segmentation, voices = _noted(model, scratch)

    def tell(conversation: Conversation, _: Path, count: int | None) -> Found:
        config: Any = sherpa_onnx.OfflineSpeakerDiarizationConfig(
            segmentation=sherpa_onnx.OfflineSpeakerSegmentationModelConfig(
                pyannote=sherpa_onnx.OfflineSpeakerSegmentationPyannoteModelConfig(model=str(segmentation))
            ),
            embedding=sherpa_onnx.SpeakerEmbeddingExtractorConfig(model=str(voices)),
            clustering=sherpa_onnx.FastClusteringConfig(num_clusters=count or -1, threshold=PEER_THRESHOLD),
        )
        diarizer = sherpa_onnx.OfflineSpeakerDiarization(config)
        began = time.process_time()
        turns = diarizer.process(conversation.samples).sort_by_start_time()
        return [Turn(t.start, t.end, str(t.speaker)) for t in turns], time.process_time() - began

    return tell


OURS, PEERS = "this service", "sherpa-onnx"
SYSTEMS: Mapping[str, Callable[[Path, Path], System | None]] = {OURS: this_service, PEERS: peer}
"""By name: each is made of the directory of the model and one for files of its own."""


def _noted(model: Path, scratch: Path) -> tuple[Path, Path]:
    """Copies of both networks with the notes by which sherpa-onnx knows how to use them."""
    notes: Sequence[tuple[str, Mapping[str, int | str]]] = (
        (
            SEGMENTATION,
            {
                "num_speakers": 3,
                "powerset_max_classes": 2,
                "num_classes": 7,
                "sample_rate": SAMPLE_RATE,
                "window_size": 10 * SAMPLE_RATE,
                "receptive_field_size": 991,
                "receptive_field_shift": 270,
            },
        ),
        (
            VOICES,
            {
                "framework": "3d-speaker",
                "language": "Chinese-English",
                "output_dim": 192,
                "sample_rate": SAMPLE_RATE,
                "normalize_samples": 1,
                "feature_normalize_type": "global-mean",
            },
        ),
    )
    for name, said in notes:
        (scratch / name).write_bytes(with_notes((model / name).read_bytes(), said))
    return scratch / SEGMENTATION, scratch / VOICES
