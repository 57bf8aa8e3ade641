"""Batches for training a doubler: crops of finished pictures, halved in several ways, turned and mirrored."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import torch

from anime4k.networks.graph import LUMA_WEIGHTS, Base
from anime4k.quality.resample import Kernel, taps
from anime4k.training.backends import Batch
from anime4k.training.native import LANES

CODE = 1 / 255
"""One step of 8-bit pictures."""

LEAST_LOSS = 60.0
"""Mean square difference, in 8-bit codes, between a crop and its half blown up again, above which it is always used."""
FLAT_SHARE = 0.06
"""How many of the other crops are used."""

HALVINGS: tuple[tuple[Kernel, float], ...] = (
    (Kernel.BOX, 0.68),
    (Kernel.CATMULL_ROM, 0.10),
    (Kernel.MITCHELL, 0.06),
    (Kernel.LANCZOS3, 0.13),
    (Kernel.TRIANGLE, 0.03),
)
"""How the small pictures are made, and the share of the blocks for which each kernel is taken."""


def halving_weights(kernel: Kernel) -> tuple[float, ...]:
    """Weights of an even number of pixels around the middle of a pair, for making one of the pair; they sum to 1."""
    many = 64
    _, weights = taps(many, many // 2, kernel)
    return tuple(float(weight) for weight in weights[many // 4] if weight)


def halve(picture: torch.Tensor, weights: tuple[float, ...]) -> torch.Tensor:
    """(height, width, 16) at half the size, with repeated borders."""
    for axis in (0, 1):
        reach = len(weights) // 2 - 1
        size = picture.shape[axis]
        if reach:
            index = torch.arange(-reach, size + reach).clamp(0, size - 1)
            picture = picture.index_select(axis, index)
        slices = [_every_second(picture, axis, start, size // 2) for start in range(len(weights))]
        picture = torch.zeros_like(slices[0])
        for part, weight in zip(slices, weights, strict=True):
            picture.add_(part, alpha=weight)
    return picture


def _every_second(picture: torch.Tensor, axis: int, start: int, count: int) -> torch.Tensor:
    end = start + 2 * count - 1
    return picture[start:end:2] if axis == 0 else picture[:, start:end:2]


def turned(picture: torch.Tensor, number: int) -> torch.Tensor:
    """One of the eight symmetries of the square, of the first two dimensions."""
    if number & 1:
        picture = picture.flip(0)
    if number & 2:
        picture = picture.flip(1)
    return picture.transpose(0, 1).contiguous() if number & 4 else picture.contiguous()


def bilinear(source: torch.Tensor) -> torch.Tensor:
    """The four values that bilinear enlargement gives each pixel of (height, width, 16), repeated borders."""
    result = []
    rows = torch.cat([source[:1], source, source[-1:]])
    for y in (0, 2):
        tall = 0.75 * source + 0.25 * rows[y : y + source.shape[0]]
        wide = torch.cat([tall[:, :1], tall, tall[:, -1:]], 1)
        result += [0.75 * tall + 0.25 * wide[:, x : x + source.shape[1]] for x in (0, 2)]
    return torch.stack(result)


@dataclass(frozen=True)
class Augmentation:
    """How often and how much the pictures are changed.

    Attributes:
        invert: share of the blocks that are turned into their negative.
        contrast: contrast is scaled by 1 minus up to this.
    """

    invert: float = 0.3
    contrast: float = 0.25


class Doubling:
    """Pairs for a doubler.

    Args:
        crops: (n, size, size, 3) uint8.
        base: what the differences are from.
        size: side of the small crops.
        seed: everything random follows from it.
    """

    def __init__(self, crops: npt.NDArray[np.uint8], base: Base, size: int, seed: int) -> None:
        self._base, self._size = base, size
        self._random = np.random.default_rng(seed)
        self._halvings = [halving_weights(kernel) for kernel, _ in HALVINGS]
        self._blocks = luma_blocks(crops[informative(crops, self._random)], self._random)

    def batch(self, blocks: int, augmentation: Augmentation = Augmentation()) -> Batch:
        """The next batch."""
        pairs = [self._pair(augmentation) for _ in range(blocks)]
        return Batch(torch.stack([small[None] for small, _ in pairs]), torch.stack([wanted for _, wanted in pairs]))

    def state(self) -> Mapping[str, Any]:
        """Where the random numbers are."""
        return self._random.bit_generator.state

    def restore(self, state: Mapping[str, Any]) -> None:
        """Go on from a `state`."""
        self._random.bit_generator.state = state

    def _pair(self, augmentation: Augmentation) -> tuple[torch.Tensor, torch.Tensor]:
        random, side = self._random, 2 * self._size
        block = self._blocks[int(random.integers(len(self._blocks)))]
        y, x = (2 * int(random.integers((block.shape[0] - side) // 2 + 1)) for _ in range(2))
        large = turned(block[y : y + side, x : x + side], int(random.integers(8))).float() * CODE
        if random.random() < augmentation.invert:
            large = 1 - large
        scale = 1 - augmentation.contrast * random.random()
        large = large * scale + (1 - scale) * random.random()
        number = int(random.choice(len(HALVINGS), p=[share for _, share in HALVINGS]))
        small = halve(large, self._halvings[number])
        small = (small + rounding(small.shape, random)).clamp_(0, 1)
        parts = torch.stack([large[i::2, j::2] for i in (0, 1) for j in (0, 1)])
        return small, parts - (small[None] if self._base is Base.NEAREST else bilinear(small))


def rounding(shape: torch.Size, random: np.random.Generator) -> torch.Tensor:
    """What rounding red, green and blue to 8 bits does to luma, as noise of the same variance."""
    amplitude = CODE * float(np.linalg.norm(LUMA_WEIGHTS))
    return torch.from_numpy((random.random(tuple(shape), dtype=np.float32) - 0.5) * np.float32(amplitude))


def informative(crops: npt.NDArray[np.uint8], random: np.random.Generator) -> npt.NDArray[np.intp]:
    """Numbers of the crops that lose something when they are halved, and of a few of the others.

    Flat crops teach little and would be most of the time spent; without any, flat parts get worse.
    """
    chosen: list[int] = []
    for number, crop in enumerate(crops):
        luma = crop.astype(np.float32) @ np.array(LUMA_WEIGHTS, np.float32)
        parts = luma.reshape(luma.shape[0] // 2, 2, luma.shape[1] // 2, 2)
        lost = np.mean((parts - parts.mean((1, 3), keepdims=True)) ** 2)
        if lost > LEAST_LOSS or random.random() < FLAT_SHARE:
            chosen.append(number)
    return np.array(chosen, np.intp)


def luma_blocks(crops: npt.NDArray[np.uint8], random: np.random.Generator) -> torch.Tensor:
    """(blocks, height, width, 16) uint8: the BT.601 luma of the crops, and for half of them another mix of colours.

    Crops are put into blocks at random once; a remainder of less than a block is left out.
    """
    count = len(crops) // LANES
    order = random.permutation(len(crops))[: count * LANES]
    result = torch.empty((count, *crops.shape[1:3], LANES), dtype=torch.uint8)
    for number in range(count):
        part = crops[np.sort(order[number * LANES : (number + 1) * LANES])].astype(np.float32)
        weights = np.tile(np.array(LUMA_WEIGHTS, np.float32), (LANES, 1))
        other = random.random(LANES) < 0.25
        weights[other] = random.dirichlet((1.0, 1.0, 1.0), int(other.sum()))
        luma = np.einsum("nyxc,nc->yxn", part, weights)
        result[number] = torch.from_numpy(np.rint(luma).clip(0, 255).astype(np.uint8))
    return result
