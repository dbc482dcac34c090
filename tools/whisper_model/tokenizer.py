"""`tokenizer.json`: the byte-level BPE that faster-whisper writes and reads text with."""

from collections.abc import Iterator, Mapping, Sequence

from tokenizers import Tokenizer
from tokenizers.decoders import ByteLevel as ByteLevelDecoder
from tokenizers.models import BPE
from tokenizers.pre_tokenizers import ByteLevel
from tokenizers.processors import TemplateProcessing

from stt.worker.weights.byte_level import printable
from tools.whisper_model.vocabulary import Vocabulary

Merge = tuple[bytes, bytes]

_PREFIX = ("<|startoftranscript|>", "<|vi|>", "<|transcribe|>", "<|notimestamps|>")


def build(vocabulary: Vocabulary, unlearnt: Merge | None = None) -> Tokenizer:
    """Build the tokenizer of a vocabulary, without the merge that a model has not learnt."""
    ranked = vocabulary.ranked
    pairs = [(printable(left), printable(right)) for left, right in merges(ranked) if (left, right) != unlearnt]
    ranks = {printable(token): rank for rank, token in enumerate(ranked)}
    tokenizer = Tokenizer(BPE(vocab=ranks, merges=pairs))
    tokenizer.pre_tokenizer = ByteLevel(add_prefix_space=False)
    tokenizer.decoder = ByteLevelDecoder()
    tokenizer.add_special_tokens(list(vocabulary.special_tokens))
    tokenizer.post_processor = TemplateProcessing(
        single=" ".join((*_PREFIX, "$A", "<|endoftext|>")),
        special_tokens=[(token, vocabulary.special_id(token)) for token in (*_PREFIX, "<|endoftext|>")],
    )
    return tokenizer


def merges(ranked: Sequence[bytes]) -> Iterator[Merge]:
    """Recover the merges a tiktoken vocabulary leaves out: each token is the join of its last two parts."""
    ranks = {token: rank for rank, token in enumerate(ranked)}
    for rank, token in enumerate(ranked):
        if len(token) > 1:
            left, right = _parts(token, ranks, below=rank)
            yield left, right


def _parts(token: bytes, ranks: Mapping[bytes, int], below: int) -> list[bytes]:
    """Merge bytes as the vocabulary stood just before the token of rank `below` joined it."""
    parts = [bytes([byte]) for byte in token]
    while True:
        joined = [ranks.get(left + right, below) for left, right in zip(parts, parts[1:], strict=False)]
        best = min(joined)
        if best == below:
            return parts
        at = joined.index(best)
        parts[at : at + 2] = [parts[at] + parts[at + 1]]
