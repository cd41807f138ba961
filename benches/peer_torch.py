"""TIPRDC (Li et al., KDD 2020) in PyTorch: the same networks, losses and steps as `tiprdc train`.

Written as one writes PyTorch: channels first, `nn.Conv1d` and `nn.Conv2d`, `nn.BatchNorm*`, `torch.optim.Adam`.
The networks are those of `train/src/nn/architecture.rs` and `train/src/nn/heads.rs`.
"""

from __future__ import annotations

import math
import time
from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional as F

Shape = tuple[int, ...]

ARCHITECTURES = {
    "mlp": [("dense", 256), ("dense", 256), ("dense", 64)],
    "tcn": [("patch", 64, (4,)), ("same", 64, (3,)), ("same", 16, (3,))],
    "mobile": [
        ("patch", 64, (4, 4)),
        ("same", 64, (3, 3)),
        ("patch", 128, (2, 2)),
        ("same", 128, (3, 3)),
        ("same", 32, (1, 1)),
    ],
    "vgg16": [
        ("same", 64, (3, 3)),
        ("same", 64, (3, 3)),
        ("pool",),
        ("same", 128, (3, 3)),
        ("same", 128, (3, 3)),
        ("pool",),
    ],
}

HEAD_WIDTH = 64
CONV = {1: nn.Conv1d, 2: nn.Conv2d}
NORM = {0: nn.BatchNorm1d, 1: nn.BatchNorm1d, 2: nn.BatchNorm2d}
POOL = {1: nn.MaxPool1d, 2: nn.MaxPool2d}


def initialised(layer: nn.Module, scale: float = 1.0) -> nn.Module:
    """Uniform weights in +-sqrt(6 / inputs) (He et al. 2015)."""
    bound = math.sqrt(6.0 / layer.weight[0].numel()) * scale
    nn.init.uniform_(layer.weight, -bound, bound)
    if layer.bias is not None:
        nn.init.zeros_(layer.bias)
    return layer


def build(shape: Shape, steps: list[tuple]) -> tuple[nn.Sequential, Shape]:
    """A chain of steps on records of `shape`, and the shape that comes out. Every step but the last dense layer of a
    classifier ("output") and the reshaping ones ends in batch normalisation and ReLU."""
    layers: list[nn.Module] = []
    for step in steps:
        match step:
            case ("dense", width):
                layers += [initialised(nn.Linear(math.prod(shape), width, bias=False)), nn.BatchNorm1d(width), nn.ReLU()]
                shape = (width,)
            case ("output", width):
                layers.append(initialised(nn.Linear(math.prod(shape), width), scale=0.1))
                shape = (width,)
            case ("flatten",):
                layers.append(nn.Flatten())
                shape = (math.prod(shape),)
            case ("pool",):
                layers.append(POOL[len(shape) - 1](2))
                shape = (shape[0], *(side // 2 for side in shape[1:]))
            case (("patch" | "same") as kind, width, kernel):
                axes = len(shape) - 1
                where = {"stride": kernel} if kind == "patch" else {"padding": tuple(side // 2 for side in kernel)}
                conv = CONV[axes](shape[0], width, kernel, bias=False, **where)
                layers += [initialised(conv), NORM[axes](width), nn.ReLU()]
                sides = shape[1:]
                if kind == "patch":
                    sides = tuple(side // by for side, by in zip(sides, kernel, strict=True))
                shape = (width, *sides)
    return nn.Sequential(*layers), shape


def trunk_steps(shape: Shape) -> list[tuple]:
    """From features or records to 128 numbers."""
    if len(shape) == 1:
        return [("dense", 256), ("dense", 128)]
    steps: list[tuple] = []

    def shrink(sides: Shape) -> Shape:
        kernel = tuple(1 if side == 1 else 2 if side <= 32 else 4 for side in sides)
        steps.append(("patch", HEAD_WIDTH, kernel))
        return tuple(side // by for side, by in zip(sides, kernel, strict=True))

    sides = shape[1:]
    while max(sides) > 16:
        sides = shrink(sides)
    steps.append(("same", HEAD_WIDTH, (3,) * len(sides)))
    if max(sides) > 4:
        sides = shrink(sides)
    return [*steps, ("flatten",), ("dense", 128)]


class Critic(nn.Module):
    """T(x, z, u): do a record, features and a private attribute belong together?"""

    def __init__(self, record: Shape, features: Shape, classes: int) -> None:
        super().__init__()
        self.record, _ = build(record, trunk_steps(record))
        self.features, _ = build(features, trunk_steps(features))
        self.joint, _ = build((128 + 128 + classes,), [("dense", 128), ("output", 1)])

    def scores(self, x: Tensor, z: Tensor, u: Tensor, negatives: Tensor) -> tuple[Tensor, Tensor]:
        """Scores of true pairs, and of false ones where row i of `x` (embedded) is row `negatives[i]`."""
        z = self.features(z)
        rows = torch.cat([torch.cat([x, z, u], 1), torch.cat([x[negatives], z, u], 1)])
        true, false = self.joint(rows).flatten().chunk(2)
        return true, false


def bound(critic: Critic, x: Tensor, z: Tensor, u: Tensor, negatives: Tensor) -> Tensor:
    """The Jensen-Shannon bound on mutual information (equation 8)."""
    true, false = critic.scores(x, z, u, negatives)
    return -F.softplus(-true).mean() - F.softplus(false).mean()


def conditional_negatives(labels: Tensor, classes: int) -> Tensor:
    """For each row another row of the same class; the next row if it is alone."""
    negatives = torch.arange(len(labels)).roll(-1)
    for value in range(classes):
        members = (labels == value).nonzero().flatten()
        if len(members) > 1:
            members = members[torch.randperm(len(members))]
            negatives[members] = members.roll(-1)
    return negatives


@dataclass
class Settings:
    """The defaults of `tiprdc train`."""

    batch: int = 128
    learning_rate: float = 1e-3
    weight_decay: float = 1e-4
    private_weight: float = 0.66


class Tiprdc:
    """Encoder, adversary, critic, and their optimisers."""

    def __init__(self, architecture: str, record: Shape, classes: int, settings: Settings | None = None) -> None:
        self.settings = settings or Settings()
        self.classes = classes
        self.encoder, features = build(record, ARCHITECTURES[architecture])
        self.adversary, _ = build(features, [*trunk_steps(features), ("output", classes)])
        self.critic = Critic(record, features, classes)
        networks = (self.encoder, self.adversary, self.critic)
        self.encoder_adam, self.adversary_adam, self.critic_adam = (
            torch.optim.Adam(
                network.parameters(), lr=self.settings.learning_rate, weight_decay=self.settings.weight_decay
            )
            for network in networks
        )

    def parameters(self) -> dict[str, int]:
        """Numbers that each network learns."""
        networks = {"encoder": self.encoder, "adversary": self.adversary, "critic": self.critic}
        return {
            name: sum(parameter.numel() for parameter in network.parameters()) for name, network in networks.items()
        }

    def pretrain_step(self, x: Tensor, s: Tensor) -> dict[str, float]:
        """Encoder and adversary together learn the private attribute."""
        logits = self.adversary(self.encoder(x))
        loss = F.cross_entropy(logits, s)
        self.encoder_adam.zero_grad()
        self.adversary_adam.zero_grad()
        loss.backward()
        self.encoder_adam.step()
        self.adversary_adam.step()
        return {"adversary loss": loss.item(), "adversary accuracy": accuracy(logits, s)}

    def train_step(self, x: Tensor, s: Tensor) -> dict[str, float]:
        """One step of each: adversary, critic, encoder (equations 2, 8 and 9)."""
        u = F.one_hot(s, self.classes).float()
        negatives = conditional_negatives(s, self.classes)
        z = self.encoder(x)

        logits = self.adversary(z.detach())
        adversary_loss = F.cross_entropy(logits, s)
        self.adversary_adam.zero_grad()
        adversary_loss.backward()
        self.adversary_adam.step()

        information = bound(self.critic, self.critic.record(x), z.detach(), u, negatives)
        self.critic_adam.zero_grad()
        (-information).backward()
        self.critic_adam.step()

        self.adversary.requires_grad_(False)
        self.critic.requires_grad_(False)
        hidden = F.cross_entropy(self.adversary(z), s)
        kept = bound(self.critic, self.critic.record(x), z, u, negatives)
        weight = self.settings.private_weight
        loss = -weight * hidden - (1 - weight) * kept
        self.encoder_adam.zero_grad()
        loss.backward()
        self.encoder_adam.step()
        self.adversary.requires_grad_(True)
        self.critic.requires_grad_(True)
        return {
            "adversary loss": adversary_loss.item(),
            "adversary accuracy": accuracy(logits, s),
            "critic bound": information.item(),
            "encoder loss": loss.item(),
        }

    def epoch(self, x: Tensor, s: Tensor, stage: str = "train", batches: int | None = None) -> tuple[dict, float]:
        """One pass over the records in random order without the last batch if it is not full: means of the metrics,
        and seconds."""
        step = self.train_step if stage == "train" else self.pretrain_step
        size = self.settings.batch
        total = len(x) // size
        sums: dict[str, float] = {}
        started = time.perf_counter()
        order = torch.randperm(len(x))
        for rows in order[: min(total, batches or total) * size].split(size):
            for name, value in step(x[rows], s[rows]).items():
                sums[name] = sums.get(name, 0.0) + value
        seconds = time.perf_counter() - started
        return {name: value / min(total, batches or total) for name, value in sums.items()}, seconds

    @torch.no_grad()
    def encode(self, x: Tensor) -> Tensor:
        """Features, by the moments of training."""
        self.encoder.eval()
        features = torch.cat([self.encoder(rows) for rows in x.split(256)])
        self.encoder.train()
        return features


def accuracy(logits: Tensor, s: Tensor) -> float:
    """Share of right answers."""
    return (logits.argmax(1) == s).float().mean().item()
