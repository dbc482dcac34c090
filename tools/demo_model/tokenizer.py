"""`tokenizer.json`: the byte-level BPE that faster-whisper writes and reads text with."""

from collections.abc import Iterator, Mapping, Sequence

from tokenizers import Tokenizer
from tokenizers.decoders import ByteLevel as ByteLevelDecoder
from tokenizers.models import BPE
from tokenizers.pre_tokenizers import ByteLevel
from tokenizers.processors import TemplateProcessing

from tools.demo_model.vocabulary import SPECIAL_TOKENS, printable, special_id

# The tokenizer the model was trained with lacked this first merge, so the model spells every word that begins
# with "t" as a space and then the rest. A prompt must be spelt the way the model learnt it.
UNLEARNT = (b" ", b"t")

_PREFIX = ("<|startoftranscript|>", "<|vi|>", "<|transcribe|>", "<|notimestamps|>")


def build(ranked: Sequence[bytes]) -> Tokenizer:
    """Build the tokenizer of a vocabulary given in the order of its ranks."""
    pairs = [(printable(left), printable(right)) for left, right in merges(ranked) if (left, right) != UNLEARNT]
    vocabulary = {printable(token): rank for rank, token in enumerate(ranked)}
    tokenizer = Tokenizer(BPE(vocab=vocabulary, merges=pairs))
    tokenizer.pre_tokenizer = ByteLevel(add_prefix_space=False)
    tokenizer.decoder = ByteLevelDecoder()
    tokenizer.add_special_tokens(list(SPECIAL_TOKENS))
    tokenizer.post_processor = TemplateProcessing(
        single=" ".join((*_PREFIX, "$A", "<|endoftext|>")),
        special_tokens=[(token, special_id(token)) for token in (*_PREFIX, "<|endoftext|>")],
    )
    return tokenizer


def merges(ranked: Sequence[bytes]) -> Iterator[tuple[bytes, bytes]]:
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
