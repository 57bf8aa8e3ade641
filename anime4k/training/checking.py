"""How good weights are on pairs that training does not see; what the log's curve shows."""

from __future__ import annotations

from collections.abc import Callable

import torch

from anime4k.training.backends import MARGIN, Batch, evaluate, pictures
from anime4k.training.shapes import Shape

_AT_ONCE = 128
"""Crops that are evaluated together; more need more memory."""

_LEAST = (0.5 / 255) ** 2
"""Half a code, squared: it is added to mean squares, or crops that are flat would count without bound."""


def checker(shape: Shape, batch: Batch) -> Callable[[torch.Tensor], float]:
    """A function that gives the mean PSNR in dB of folded weights over the crops of a batch, without their margins."""
    source, wanted = pictures(batch.source), pictures(batch.wanted)
    inner = (..., slice(MARGIN, -MARGIN), slice(MARGIN, -MARGIN))

    def check(folded: torch.Tensor) -> float:
        with torch.no_grad():
            errors = []
            for start in range(0, len(source), _AT_ONCE):
                part = slice(start, start + _AT_ONCE)
                difference = (evaluate(shape, folded.to(source.device), source[part]) - wanted[part])[inner]
                errors.append(difference.square().mean((1, 2, 3)))
        return float(-10 * torch.log10(torch.cat(errors) + _LEAST).mean())

    return check
