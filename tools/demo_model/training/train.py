"""Trains until the hour UNTIL (HH:MM, UTC), from a checkpoint or from `new`: SPEECH FROM OUT UNTIL [PEAK].

One process with one thread for each core, gradients averaged once a step: on a shared machine three times as fast as
one process whose threads meet after every operation. OUT.pt is the running average of the weights (what to measure
and to ship), OUT.raw.pt the latest weights (what to go on from).
"""

import math
import os
import random
import sys
import tempfile
import time
from datetime import UTC, datetime

import torch
import torch.distributed as dist
import torch.multiprocessing as mp
import torch.nn.functional as F

from tools.demo_model.training import windows
from tools.demo_model.training.model import Net
from tools.demo_model.training.phrases import Speech

GUIDED = (
    (1, 0),
    (2, 0),
    (2, 1),
    (3, 0),
    (3, 1),
)  # cross-attention heads (layer, head) that are shown where the next token is heard
NEAR = torch.exp(-0.5 * (torch.arange(-3, 4) / 1.2) ** 2)
NEAR /= NEAR.sum()


def orthogonal(g):
    """Nearest half-orthogonal matrices of a stack [n, a, b], by Newton-Schulz steps (Jordan, Muon)."""
    x = g.bfloat16()
    x = x / (x.norm(dim=(1, 2), keepdim=True) + 1e-7)
    tall = x.shape[1] > x.shape[2]
    x = x.transpose(1, 2) if tall else x
    for _ in range(5):
        a = x @ x.transpose(1, 2)
        x = 3.4445 * x + (-4.7750 * a + 2.0315 * a @ a) @ x
    return (x.transpose(1, 2) if tall else x).float()


class Muon:
    """Orthogonalised momentum for matrices, scaled so that AdamW's learning rates hold (Liu et al., 2025)."""

    def __init__(self, matrices, decay=0.01):
        self.stacks = [[p for p in matrices if p.shape == s] for s in sorted({p.shape for p in matrices})]
        self.momenta = [torch.zeros(len(s), *s[0].shape) for s in self.stacks]
        self.decay = decay

    @torch.no_grad()
    def step(self, rate):
        for stack, momentum in zip(self.stacks, self.momenta, strict=True):
            g = torch.stack([p.grad for p in stack])
            momentum.mul_(0.95).add_(g)
            update = orthogonal(g + 0.95 * momentum) * 0.2 * math.sqrt(max(g.shape[1:]))
            for p, u in zip(stack, update, strict=True):
                p.mul_(1 - rate * self.decay).sub_(u, alpha=rate)


def losses(net, batch):
    """Of words, timestamps, guidance and CTC, each a scalar."""
    with torch.autocast("cpu", dtype=torch.bfloat16):
        heard = net.encode(batch.mel)
        logits, seen = net.decode(batch.ids, heard)
    asked = batch.targets >= 0
    p, t = logits[asked].float().log_softmax(-1), batch.targets[asked]
    stamp = t >= net.plain
    word = F.nll_loss(p[~stamp], t[~stamp])
    near = (t[stamp][:, None] + torch.arange(-3, 4)).clamp(net.plain, net.used - 1)
    time_ = -(p[stamp].gather(1, near) * NEAR).sum(1).mean() if stamp.any() else word * 0
    guide = sum(
        -((seen[y - 1][:, h] * batch.mask).sum(-1, dtype=torch.float32) + 1e-4).log()[batch.placed].mean()
        for y, h in GUIDED
    ) / len(GUIDED)
    heard = heard.float()
    frames = torch.full((len(heard),), heard.shape[1])
    ctc = F.ctc_loss(
        net.ctc(heard).log_softmax(-1).transpose(0, 1), batch.words, frames, batch.counts, zero_infinity=True
    )
    return {"word": word, "time": time_, "guide": guide, "ctc": ctc}


WEIGHTS = {"word": 1.0, "time": 0.3, "guide": 0.3, "ctc": 0.2}


def average(mean, net, step):
    decay = min(0.998, (step + 1) / (step + 10))
    with torch.no_grad():
        for k, v in net.state_dict().items():
            mean[k].lerp_(v, 1 - decay)


def together(net, done):
    """Averages the gradients over the processes; returns the first one's `done`, so that all keep one schedule."""
    grads = [p.grad for p in net.parameters()]
    flat = torch.cat([*(g.flatten() for g in grads), torch.tensor([done if dist.get_rank() == 0 else 0.0])])
    dist.all_reduce(flat)
    for g, mean in zip(grads, (flat[:-1] / dist.get_world_size()).split([g.numel() for g in grads]), strict=True):
        g.copy_(mean.view_as(g))
    return flat[-1].item()


def work(rank, processes, meeting, speech_path, source, out, end, peak):
    torch.set_num_threads(1)
    dist.init_process_group("gloo", init_method=f"file://{meeting}", rank=rank, world_size=processes)
    torch.manual_seed(0)
    common, r = random.Random(int(end)), random.Random(end + rank)
    speech = Speech(speech_path)
    net = Net(len(speech.used), len(speech.words))
    if source != "new":
        net.load_state_dict(torch.load(source), strict=False)
    net.train()
    matrices = [p for n, p in net.named_parameters() if p.ndim == 2 and n.startswith(("enc", "dec"))]
    others = [p for p in net.parameters() if not any(p is m for m in matrices)]
    muon, adam = Muon(matrices), torch.optim.AdamW(others, lr=peak, betas=(0.9, 0.98), weight_decay=0.01)
    mean = {k: v.clone() for k, v in net.state_dict().items()}
    start, done, step, shown = time.time(), 0.0, 0, {}
    while done < 1:
        kind = common.choices(list(windows.KINDS), windows.KINDS.values())[0]
        parts = losses(net, windows.draw(speech, kind, r))
        for p in net.parameters():
            p.grad = torch.zeros_like(p)
        sum(WEIGHTS[k] * v for k, v in parts.items()).backward()
        done = together(net, (time.time() - start) / (end - start))
        torch.nn.utils.clip_grad_norm_(net.parameters(), 1.0)
        rate = peak * min(1, (step + 1) / 30) * max(0.01, 1 - done)
        adam.param_groups[0]["lr"] = rate
        adam.step()
        muon.step(rate)
        average(mean, net, step)
        step += 1
        seen = shown.setdefault(kind, {k: v.item() for k, v in parts.items()})
        for k, v in parts.items():
            seen[k] += 0.06 * (v.item() - seen[k])
        if rank == 0 and step % 25 == 0:
            told = " | ".join(f"{k} " + " ".join(f"{n}={v:.3f}" for n, v in shown[k].items()) for k in sorted(shown))
            print(f"{step} {(time.time() - start) / step:.2f} s/it rate={rate:.5f} {told}", flush=True)
            torch.save(mean, out + ".pt")
            torch.save(net.state_dict(), out + ".raw.pt")
    if rank == 0:
        torch.save(mean, out + ".pt")


def main(speech_path, source, out, until, peak=1.2e-3):
    hour = datetime.strptime(until, "%H:%M")
    end = datetime.now(UTC).replace(hour=hour.hour, minute=hour.minute, second=0).timestamp()
    processes = os.cpu_count()
    with tempfile.TemporaryDirectory() as d:
        mp.spawn(work, (processes, d + "/meeting", speech_path, source, out, end, float(peak)), processes)


if __name__ == "__main__":
    main(*sys.argv[1:])
