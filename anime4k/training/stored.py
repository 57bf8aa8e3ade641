"""Batches for training on damaged pictures: pairs that were made once, turned and mirrored."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt
import torch

from anime4k.networks.graph import LUMA_WEIGHTS, Base
from anime4k.training.backends import Batch
from anime4k.training.batches import CODE, bilinear, turned
from anime4k.training.native import LANES


class Stored:
    """Pairs of damaged and clean crops.

    Args:
        clean: (n, scale * side, scale * side, 3) uint8.
        damaged: (n, side, side, 3) uint8.
        base: what the differences are from.
        size: side of the damaged crops that are used, at most `side`.
        seed: everything random follows from it.
    """

    def __init__(
        self, clean: npt.NDArray[np.uint8], damaged: npt.NDArray[np.uint8], base: Base, size: int, seed: int
    ) -> None:
        self._base, self._size = base, size
        self._scale = clean.shape[1] // damaged.shape[1]
        self._random = np.random.default_rng(seed)
        order = self._random.permutation(len(clean))[: len(clean) // LANES * LANES]
        self._clean, self._damaged = luma_of(clean, order), luma_of(damaged, order)

    def batch(self, blocks: int) -> Batch:
        """The next batch."""
        pairs = [self._pair() for _ in range(blocks)]
        return Batch(torch.stack([small[None] for small, _ in pairs]), torch.stack([wanted for _, wanted in pairs]))

    def state(self) -> Mapping[str, Any]:
        """Where the random numbers are."""
        return self._random.bit_generator.state

    def restore(self, state: Mapping[str, Any]) -> None:
        """Go on from a `state`."""
        self._random.bit_generator.state = state

    def _pair(self) -> tuple[torch.Tensor, torch.Tensor]:
        random, size, scale = self._random, self._size, self._scale
        number, symmetry = int(random.integers(len(self._clean))), int(random.integers(8))
        y, x = (int(random.integers(self._damaged.shape[1] - size + 1)) for _ in range(2))
        damaged = self._damaged[number, y : y + size, x : x + size]
        small = turned(damaged, symmetry).float() * CODE
        y, x, size = y * scale, x * scale, size * scale
        large = turned(self._clean[number, y : y + size, x : x + size], symmetry).float() * CODE
        parts = torch.stack([large[i::scale, j::scale] for i in range(scale) for j in range(scale)])
        return small, parts - (bilinear(small) if self._base is Base.BILINEAR else small[None])


def luma_of(pictures: npt.NDArray[np.uint8], order: npt.NDArray[np.intp]) -> torch.Tensor:
    """(blocks, height, width, 16) uint8: the luma of the pictures in this order."""
    weights = np.array(LUMA_WEIGHTS, np.float32)
    result = torch.empty((len(order) // LANES, *pictures.shape[1:3], LANES), dtype=torch.uint8)
    for number in range(len(result)):
        part = pictures[order[number * LANES : (number + 1) * LANES]].astype(np.float32) @ weights
        result[number] = torch.from_numpy(np.rint(part).clip(0, 255).astype(np.uint8).transpose(1, 2, 0).copy())
    return result
