"""python weights.py SPEECH CHECKPOINT.pt WEIGHTS.npz: a checkpoint as plain arrays under OpenAI's names."""

import sys

import numpy as np
import torch

from tools.demo_model.training.model import DECODER_LAYERS, ENCODER_LAYERS, Net
from tools.demo_model.training.phrases import Speech

PARTS = {"q": "query", "k": "key", "v": "value", "o": "out"}


def attention(state, ours, theirs):
    for short, long in PARTS.items():
        yield f"{theirs}.{long}.weight", state[f"{ours}.{short}.weight"]
        if short != "k":
            yield f"{theirs}.{long}.bias", state[f"{ours}.{short}.bias"]
    for p in ("weight", "bias"):
        yield f"{theirs}_ln.{p}", state[f"{ours}n.{p}"]


def block(state, ours, theirs, cross):
    yield from attention(state, f"{ours}.a", f"{theirs}.attn")
    if cross:
        yield from attention(state, f"{ours}.c", f"{theirs}.cross_attn")
    for p in ("weight", "bias"):
        yield f"{theirs}.mlp.0.{p}", state[f"{ours}.m1.{p}"]
        yield f"{theirs}.mlp.2.{p}", state[f"{ours}.m2.{p}"]
        yield f"{theirs}.mlp_ln.{p}", state[f"{ours}.mn.{p}"]


def named(net):
    """OpenAI's tensor names and values; the token embedding apart."""
    state = net.state_dict()
    for k, name in (("c1", "conv1"), ("c2", "conv2"), ("en", "ln_post")):
        for p in ("weight", "bias"):
            yield f"encoder.{name}.{p}", state[f"{k}.{p}"]
    yield "encoder.positional_embedding", state["pe"]
    yield "decoder.positional_embedding", state["pos"]
    for p in ("weight", "bias"):
        yield f"decoder.ln.{p}", state[f"dn.{p}"]
    for i in range(ENCODER_LAYERS):
        yield from block(state, f"enc.{i}", f"encoder.blocks.{i}", cross=False)
    for i in range(DECODER_LAYERS):
        yield from block(state, f"dec.{i}", f"decoder.blocks.{i}", cross=True)


def main(speech_path, checkpoint, out):
    speech = Speech(speech_path)
    net = Net(len(speech.used), len(speech.words))
    net.load_state_dict(torch.load(checkpoint), strict=False)
    arrays = {k: v.float().numpy() for k, v in named(net)}
    arrays["used_token_ids"] = np.array(speech.used, dtype=np.int32)
    arrays["used_token_rows"] = net.rows().detach().numpy()
    arrays["unused_token_row"] = net.un.detach().numpy()
    np.savez_compressed(out, **arrays)


if __name__ == "__main__":
    main(*sys.argv[1:4])
