"""Crops as blocks of sixteen, the form in which every batch is made and evaluated, and random pairs of such blocks.

A block holds the luma of sixteen crops in its innermost dimension: (height, width, 16). Blocks are kept as 8-bit codes
on the device that trains, and only what is drawn for a batch becomes floats.
"""

from __future__ import annotations

import abc
from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt
import torch

from anime4k.errors import UsageError
from anime4k.networks.graph import LUMA_WEIGHTS, Base
from anime4k.training.backends import Batch
from anime4k.training.native import LANES

CODE = 1 / 255
"""One step of 8-bit pictures."""

SYMMETRIES = 8
"""Of the square."""

Codes = npt.NDArray[np.uint8]
Numbers = npt.NDArray[np.intp]


class RandomPairs(abc.ABC):
    """Small and large pictures that follow from random numbers alone.

    Args:
        base: what the wanted differences are from.
        scale: large size by small size, 1 or 2.
        seed: everything random follows from it.
        device: where the blocks lie and the batches are made.
    """

    def __init__(self, base: Base, scale: int, seed: int, device: str) -> None:
        self._base, self._scale, self._device = base, scale, torch.device(device)
        self._random = np.random.default_rng(seed)

    def batch(self, blocks: int) -> Batch:
        """The next batch of so many blocks."""
        sources, differences = [], []
        for _ in range(blocks):
            small, large = self.pair()
            base = bilinear(small) if self._base is Base.BILINEAR else small[None]
            sources.append(small[None])
            differences.append(parts(large, self._scale) - base)
        return Batch(torch.stack(sources), torch.stack(differences))

    def state(self) -> Mapping[str, Any]:
        """Where the random numbers are."""
        return self._random.bit_generator.state

    def restore(self, state: Mapping[str, Any]) -> None:
        """Go on from a `state`."""
        self._random.bit_generator.state = state

    @abc.abstractmethod
    def pair(self) -> tuple[torch.Tensor, torch.Tensor]:
        """A block (height, width, 16) of small pictures and the one of their large pictures, luma in 0..1."""


def grouped(numbers: Numbers, random: np.random.Generator) -> Numbers:
    """(blocks, 16) the numbers in a random order; a remainder of less than a block is left out.

    Raises:
        UsageError: they are too few for a block.
    """
    if len(numbers) < LANES:
        raise UsageError(
            f"only {len(numbers)} crops of a split can be used and {LANES} are needed at the least; make more of them"
        )
    return random.permutation(numbers)[: len(numbers) // LANES * LANES].reshape(-1, LANES)


def lumas(pictures: Codes, numbers: Numbers, weights: npt.NDArray[np.float32] | None = None) -> torch.Tensor:
    """One number a pixel of some pictures, as blocks.

    Args:
        pictures: (n, height, width, 3) 8-bit RGB; only those that are asked for are read.
        numbers: (blocks, 16) which pictures.
        weights: (blocks, 16, 3) of red, green and blue for each; BT.601 luma without.

    Returns:
        (blocks, height, width, 16) codes, uint8.
    """
    result = torch.empty((len(numbers), *pictures.shape[1:3], LANES), dtype=torch.uint8)
    for block, chosen in enumerate(numbers):
        if weights is None:
            grey = (pictures[chosen].astype(np.float32) @ np.array(LUMA_WEIGHTS, np.float32)).transpose(1, 2, 0)
        else:
            grey = np.einsum("nyxc,nc->yxn", pictures[chosen].astype(np.float32), weights[block])
        result[block] = torch.from_numpy(np.rint(grey).clip(0, 255).astype(np.uint8))
    return result


def turned(picture: torch.Tensor, number: int) -> torch.Tensor:
    """One of the eight symmetries of the square, of the first two dimensions."""
    if number & 1:
        picture = picture.flip(0)
    if number & 2:
        picture = picture.flip(1)
    return picture.transpose(0, 1).contiguous() if number & 4 else picture.contiguous()


def parts(large: torch.Tensor, scale: int) -> torch.Tensor:
    """The large pixels of every small one, in rows from its top left: (scale * scale, height, width, 16)."""
    return torch.stack([large[y::scale, x::scale] for y in range(scale) for x in range(scale)])


def bilinear(source: torch.Tensor) -> torch.Tensor:
    """The `parts` of (height, width, 16) enlarged to twice its size bilinearly, with repeated borders."""
    near, far = 0.75, 0.25  # New pixels lie a quarter of an old one from its middle.
    result = []
    rows = torch.cat([source[:1], source, source[-1:]])
    for y in (0, 2):
        tall = near * source + far * rows[y : y + source.shape[0]]
        wide = torch.cat([tall[:, :1], tall, tall[:, -1:]], 1)
        result += [near * tall + far * wide[:, x : x + source.shape[1]] for x in (0, 2)]
    return torch.stack(result)
