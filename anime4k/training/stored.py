"""Batches for training on damaged pictures: pairs that were made once, turned and mirrored."""

from __future__ import annotations

import numpy as np
import torch

from anime4k.networks.graph import Base
from anime4k.training.blocks import CODE, SYMMETRIES, Codes, Numbers, RandomPairs, grouped, lumas, turned


class Stored(RandomPairs):
    """Pairs of damaged and clean crops.

    Args:
        clean: (n, scale * side, scale * side, 3) 8-bit RGB; only those that are used are read.
        damaged: (n, side, side, 3) 8-bit RGB.
        base: what the differences are from.
        size: side of the damaged pictures that are used in pixels, at most `side`.
        seed: everything random follows from it.
        numbers: which pairs may be used; all without.
        device: where the blocks lie and the batches are made.

    Raises:
        UsageError: there are too few pairs.
    """

    def __init__(
        self,
        clean: Codes,
        damaged: Codes,
        base: Base,
        size: int,
        seed: int,
        *,
        numbers: Numbers | None = None,
        device: str = "cpu",
    ) -> None:
        super().__init__(base, clean.shape[1] // damaged.shape[1], seed, device)
        self._size = size
        groups = grouped(np.arange(len(clean)) if numbers is None else numbers, self._random)
        self._clean, self._damaged = (lumas(pictures, groups).to(self._device) for pictures in (clean, damaged))

    def pair(self) -> tuple[torch.Tensor, torch.Tensor]:
        """See `RandomPairs`."""
        random, size, scale = self._random, self._size, self._scale
        number, symmetry = int(random.integers(len(self._clean))), int(random.integers(SYMMETRIES))
        y, x = (int(random.integers(self._damaged.shape[1] - size + 1)) for _ in range(2))
        damaged = self._damaged[number, y : y + size, x : x + size]
        y, x, size = y * scale, x * scale, size * scale
        clean = self._clean[number, y : y + size, x : x + size]
        small, large = (turned(picture, symmetry).float() * CODE for picture in (damaged, clean))
        return small, large
