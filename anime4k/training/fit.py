"""Fitting the weights of one network: deterministic for a seed, and resumable between any two steps."""

from __future__ import annotations

import dataclasses
import math
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

import torch

from anime4k.errors import Anime4kError
from anime4k.training.backends import Backend, Batch, Loss
from anime4k.training.shapes import Shape
from anime4k.training.weights import HIDDEN, Folding

_BETAS = (0.9, 0.99)
"""What Adam keeps of its running means of the gradient and of its square in each step."""
_TINY = 1e-8
"""What Adam adds to the root of the mean square, so that it never divides by zero."""
_NORM_SHARE = 0.01
"""How much of the gradient's norm each step adds to the running mean of it."""


class Pairs(Protocol):
    """Where batches come from."""

    def batch(self, blocks: int) -> Batch:
        """The next batch of so many blocks of 16 crops."""
        ...

    def state(self) -> Mapping[str, Any]:
        """Where its random numbers are, for `restore`."""
        ...

    def restore(self, state: Mapping[str, Any]) -> None:
        """Go on from a `state`."""
        ...


@dataclass(frozen=True)
class Schedule:
    """How the weights are fitted.

    Attributes:
        steps: how many.
        rate: the optimiser's rate after the warm-up; it falls along half a cosine.
        last_rate: the rate of the last step.
        warm_up: steps in which the rate rises from zero.
        second_from: share of the steps after which another loss takes the place of the Charbonnier loss.
        second: that loss.
        blocks: blocks of 16 crops in a batch.
        average: how much of the running average of the weights each step keeps.
        hidden: values in the middle of the re-parameterised convolutions, 0 for plain ones.
        clip: largest norm of the gradient, relative to its running mean.
    """

    steps: int
    rate: float = 2e-3
    last_rate: float = 1e-5
    warm_up: int = 200
    second_from: float = 0.5
    second: Loss = Loss.SQUARE
    blocks: int = 2
    average: float = 0.999
    hidden: int = HIDDEN
    clip: float = 3.0

    def rate_at(self, step: int) -> float:
        """The rate of a step, counted from 0."""
        share = min(1.0, step / max(1, self.steps))
        wave = self.last_rate + (self.rate - self.last_rate) * 0.5 * (1 + math.cos(math.pi * share))
        return wave * min(1.0, (step + 1) / max(1, self.warm_up))

    def loss_at(self, step: int) -> Loss:
        """The loss of a step, counted from 0."""
        return Loss.CHARBONNIER if step < self.second_from * self.steps else self.second


@dataclass
class Progress:
    """Everything that changes while a network is trained; what a checkpoint holds.

    Attributes:
        step: steps done.
        seconds: time they took.
        flat: (n,) the trained numbers, before folding.
        first: (n,) the optimiser's running mean of the gradient.
        second: (n,) the optimiser's running mean of its square.
        average: running average of the folded weights, as many as the shape has.
        norm: running mean of the gradient's norm.
    """

    step: int
    seconds: float
    flat: torch.Tensor
    first: torch.Tensor
    second: torch.Tensor
    average: torch.Tensor
    norm: float = 0.0

    def to(self, device: str) -> Progress:
        """The same on another device."""
        flat, first, second, average = (x.to(device) for x in (self.flat, self.first, self.second, self.average))
        return dataclasses.replace(self, flat=flat, first=first, second=second, average=average)


Report = Callable[[Progress, float, float], None]
"""Called with the progress, the mean square error since the last call (peak 1), and the PSNR on check pairs in dB."""


def begin(shape: Shape, schedule: Schedule, seed: int, start: torch.Tensor | None = None) -> Progress:
    """The state before the first step; `start` are folded weights to go on from instead of random ones."""
    folding = Folding(shape, schedule.hidden)
    generator = torch.Generator().manual_seed(seed)
    flat = folding.start(generator) if start is None else folding.unfold_from(start, generator)
    zeros = torch.zeros_like(flat)
    return Progress(0, 0.0, flat, zeros, zeros.clone(), folding.fold(flat).clone())


def fit(
    shape: Shape,
    schedule: Schedule,
    backend: Backend,
    pairs: Pairs,
    progress: Progress,
    *,
    every: int = 1000,
    report: Report | None = None,
    check: Callable[[torch.Tensor], float] | None = None,
) -> torch.Tensor:
    """Train until the schedule's end and return the averaged folded weights.

    Args:
        shape: of the network.
        schedule: how.
        backend: what gets the gradients.
        pairs: where the batches come from.
        progress: changed in place; where training goes on from.
        every: steps between two reports.
        report: called with how it is going.
        check: PSNR of folded weights on pairs that training does not see, for the report.

    Raises:
        Anime4kError: the numbers have grown without bound.
    """
    folding = Folding(shape, schedule.hidden)
    begun, spent, total, count = time.monotonic(), progress.seconds, 0.0, 0
    while progress.step < schedule.steps:
        batch = pairs.batch(schedule.blocks)
        flat = progress.flat.detach().requires_grad_()
        folded = folding.fold(flat)
        error, gradient = backend.step(folded, batch, schedule.loss_at(progress.step))
        (slope,) = torch.autograd.grad(folded, flat, gradient)
        _move(progress, slope, schedule)
        progress.average.lerp_(folded.detach(), 1 - schedule.average)
        progress.step += 1
        progress.seconds = spent + time.monotonic() - begun
        total, count = total + error, count + 1
        if progress.step % every == 0 or progress.step == schedule.steps:
            if not math.isfinite(total):
                raise Anime4kError(
                    f"training diverged before step {progress.step}: try another seed, or a lower rate in the recipe"
                )
            if report is not None:
                report(progress, total / count, math.nan if check is None else check(progress.average))
            total, count = 0.0, 0
    return progress.average


def _move(progress: Progress, slope: torch.Tensor, schedule: Schedule) -> None:
    """One step of Adam (Kingma and Ba 2015), with the gradient's norm limited to a multiple of its running mean."""
    norm = float(slope.norm())
    if not math.isfinite(norm):
        return
    changing = schedule.loss_at(progress.step) is not schedule.loss_at(max(0, progress.step - 1))
    if progress.norm == 0 or changing:
        progress.norm = norm
    if norm > schedule.clip * progress.norm:
        slope = slope * (schedule.clip * progress.norm / norm)
    progress.norm += _NORM_SHARE * (min(norm, schedule.clip * progress.norm) - progress.norm)
    step = progress.step + 1
    progress.first.lerp_(slope, 1 - _BETAS[0])
    progress.second.mul_(_BETAS[1]).addcmul_(slope, slope, value=1 - _BETAS[1])
    scale = math.sqrt(1 - _BETAS[1] ** step)
    rate = schedule.rate_at(progress.step) * scale / (1 - _BETAS[0] ** step)
    progress.flat.addcdiv_(progress.first, progress.second.sqrt().add_(_TINY * scale), value=-rate)
