"""Whisper's architecture, tiny: 2 heads, 3 encoder and 4 decoder layers, width 128; and what only training needs."""

import math

import torch
import torch.nn.functional as F
from torch import nn

WIDTH, HEADS, ENCODER_LAYERS, DECODER_LAYERS, VOCABULARY = 128, 2, 3, 4, 51865
TIMESTAMPS = 1501  # <|0.00|> to <|30.00|>, the last rows of the vocabulary


def sinusoids(length, width):
    """Whisper's positions: `length` rows of `width` / 2 sines and as many cosines."""
    rates = torch.exp(-math.log(10000) / (width // 2 - 1) * torch.arange(width // 2))
    angles = torch.arange(length)[:, None] * rates[None]
    return torch.cat([angles.sin(), angles.cos()], 1)


def heads(x):
    return x.view(*x.shape[:2], HEADS, WIDTH // HEADS).transpose(1, 2)


class Attention(nn.Module):
    def __init__(self):
        super().__init__()
        self.q, self.v, self.o = (nn.Linear(WIDTH, WIDTH) for _ in range(3))
        self.k = nn.Linear(WIDTH, WIDTH, bias=False)

    def forward(self, x, over, causal=False):
        mixed = F.scaled_dot_product_attention(
            heads(self.q(x)), heads(self.k(over)), heads(self.v(over)), is_causal=causal
        )
        return self.o(mixed.transpose(1, 2).reshape(x.shape))

    def seen(self, x, over):
        """The same, and the weights [batch, head, token, frame]."""
        logits = heads(self.q(x)) @ heads(self.k(over)).transpose(2, 3)
        weights = (logits / math.sqrt(WIDTH // HEADS)).softmax(-1)
        return self.o((weights.to(over.dtype) @ heads(self.v(over))).transpose(1, 2).reshape(x.shape)), weights


class Block(nn.Module):
    def __init__(self, cross):
        super().__init__()
        self.a, self.an = Attention(), nn.LayerNorm(WIDTH)
        if cross:
            self.c, self.cn = Attention(), nn.LayerNorm(WIDTH)
        self.m1, self.m2, self.mn = nn.Linear(WIDTH, 4 * WIDTH), nn.Linear(4 * WIDTH, WIDTH), nn.LayerNorm(WIDTH)

    def think(self, x):
        return x + self.m2(F.gelu(self.m1(self.mn(x))))


class Net(nn.Module):
    """`used` tokens have rows of their own, all others share one; timestamp rows are a linear map of sinusoids."""

    def __init__(self, used, words):
        super().__init__()
        self.used, self.plain = used, used - TIMESTAMPS
        self.c1 = nn.Conv1d(80, WIDTH, 3, padding=1)
        self.c2 = nn.Conv1d(WIDTH, WIDTH, 3, stride=2, padding=1)
        self.register_buffer("pe", sinusoids(1500, WIDTH))
        self.enc = nn.ModuleList(Block(False) for _ in range(ENCODER_LAYERS))
        self.en = nn.LayerNorm(WIDTH)
        self.emb = nn.Parameter(torch.randn(used, WIDTH) * 0.02)
        self.un = nn.Parameter(torch.randn(WIDTH) * 0.02)
        self.pos = nn.Parameter(torch.randn(448, WIDTH) * 0.01)
        self.dec = nn.ModuleList(Block(True) for _ in range(DECODER_LAYERS))
        self.dn = nn.LayerNorm(WIDTH)
        self.wt = nn.Linear(WIDTH, WIDTH)
        self.register_buffer("pets", sinusoids(TIMESTAMPS, WIDTH))
        self.ctc = nn.Linear(WIDTH, words + 1)  # only to train the encoder: words by CTC

    def rows(self):
        """Embeddings of the used tokens, [used, width]."""
        return torch.cat([self.emb[: self.plain], self.wt(self.pets)])

    def encode(self, mel):
        """Log-mel [batch, 80, 2 n] to [batch, n, width]."""
        x = F.gelu(self.c2(F.gelu(self.c1(mel)))).transpose(1, 2)
        x = x + self.pe[: x.shape[1]]
        for b in self.enc:
            h = b.an(x)
            x = b.think(x + b.a(h, h))
        return self.en(x)

    def decode(self, ids, heard):
        """Logits [batch, token, used + 1] (the last: any unused token) and the cross-attention of layers 1 to 3."""
        rows = self.rows()
        x, seen = rows[ids] + self.pos[: ids.shape[1]], []
        for layer, b in enumerate(self.dec):
            h = b.an(x)
            x = x + b.a(h, h, causal=True)
            if layer and self.training:
                told, weights = b.c.seen(b.cn(x), heard)
                seen.append(weights)
            else:
                told = b.c(b.cn(x), heard)
            x = b.think(x + told)
        x = self.dn(x)
        others = (x @ self.un)[..., None] + math.log(VOCABULARY - self.used)
        return torch.cat([x @ rows.T, others], -1), seen
