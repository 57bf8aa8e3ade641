"""Batches for training a doubler: crops of finished pictures, halved in several ways, turned and mirrored."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import torch

from anime4k.networks.graph import LUMA_WEIGHTS, Base
from anime4k.quality.resample import Kernel, taps
from anime4k.training.blocks import CODE, SYMMETRIES, Codes, Numbers, RandomPairs, grouped, lumas, turned
from anime4k.training.native import LANES

LEAST_LOSS = 60.0
"""Mean square difference, in 8-bit codes, between a crop and its half blown up again, above which it is always used."""
FLAT_SHARE = 0.06
"""How many of the other crops are used."""
MIXED_SHARE = 0.25
"""How many of the crops are seen not as luma but as another mix of red, green and blue."""

HALVINGS: tuple[tuple[Kernel, float], ...] = (
    (Kernel.BOX, 0.68),
    (Kernel.CATMULL_ROM, 0.10),
    (Kernel.MITCHELL, 0.06),
    (Kernel.LANCZOS3, 0.13),
    (Kernel.TRIANGLE, 0.03),
)
"""How the small pictures are made, and the share of the blocks for which each kernel is taken."""


@dataclass(frozen=True)
class Augmentation:
    """How often and how much the pictures are changed.

    Attributes:
        invert: share of the blocks that are turned into their negative.
        contrast: contrast is scaled by 1 minus up to this.
    """

    invert: float = 0.3
    contrast: float = 0.25


class Doubling(RandomPairs):
    """Pairs for a doubler.

    Args:
        crops: (n, side, side, 3) 8-bit RGB; only those that are used are read.
        base: what the differences are from.
        size: side of the small pictures in pixels, at most half of the crops'.
        seed: everything random follows from it.
        numbers: which crops may be used; all without.
        device: where the blocks lie and the batches are made.
        augmentation: how the large pictures are changed.

    Raises:
        UsageError: too few crops have something to teach.
    """

    def __init__(
        self,
        crops: Codes,
        base: Base,
        size: int,
        seed: int,
        *,
        numbers: Numbers | None = None,
        device: str = "cpu",
        augmentation: Augmentation = Augmentation(),
    ) -> None:
        super().__init__(base, 2, seed, device)
        self._size, self._augmentation = size, augmentation
        self._halvings = [halving_weights(kernel) for kernel, _ in HALVINGS]
        chosen = informative(crops, np.arange(len(crops)) if numbers is None else numbers, self._random)
        groups = grouped(chosen, self._random)
        self._blocks = lumas(crops, np.sort(groups), mixes(len(groups), self._random)).to(self._device)

    def pair(self) -> tuple[torch.Tensor, torch.Tensor]:
        """See `RandomPairs`."""
        random, side, change = self._random, 2 * self._size, self._augmentation
        block = self._blocks[int(random.integers(len(self._blocks)))]
        # Even corners: halving then sees the same pairs of pixels as it would in the whole crop.
        y, x = (2 * int(random.integers((block.shape[0] - side) // 2 + 1)) for _ in range(2))
        large = turned(block[y : y + side, x : x + side], int(random.integers(SYMMETRIES))).float() * CODE
        if random.random() < change.invert:
            large = 1 - large
        scale = 1 - change.contrast * random.random()
        large = large * scale + (1 - scale) * random.random()
        number = int(random.choice(len(HALVINGS), p=[share for _, share in HALVINGS]))
        small = halve(large, self._halvings[number])
        return (small + rounding(small.shape, random).to(self._device)).clamp_(0, 1), large


def informative(crops: Codes, numbers: Numbers, random: np.random.Generator) -> Numbers:
    """Those of the numbered crops that lose something when they are halved, and a few of the others.

    Flat crops teach little and would be most of the time spent; without any, flat parts get worse.
    """
    weights = np.array(LUMA_WEIGHTS, np.float32)
    chosen: list[int] = []
    for number in numbers:
        luma = crops[number].astype(np.float32) @ weights
        cells = luma.reshape(luma.shape[0] // 2, 2, luma.shape[1] // 2, 2)
        lost = np.mean((cells - cells.mean((1, 3), keepdims=True)) ** 2)
        if lost > LEAST_LOSS or random.random() < FLAT_SHARE:
            chosen.append(int(number))
    return np.array(chosen, np.intp)


def mixes(blocks: int, random: np.random.Generator) -> npt.NDArray[np.float32]:
    """(blocks, 16, 3) weights of red, green and blue: BT.601, for `MIXED_SHARE` of the crops any that sum to 1."""
    result = np.tile(np.array(LUMA_WEIGHTS, np.float32), (blocks, LANES, 1))
    for block in result:
        other = random.random(LANES) < MIXED_SHARE
        block[other] = random.dirichlet((1.0, 1.0, 1.0), int(other.sum()))
    return result


def halving_weights(kernel: Kernel) -> tuple[float, ...]:
    """Weights of an even number of pixels around the middle of a pair, for making one of the pair; they sum to 1."""
    many = 64  # Pixels of a line that is long enough for a pixel whose taps all lie inside.
    _, weights = taps(many, many // 2, kernel)
    return tuple(float(weight) for weight in weights[many // 4] if weight)


def halve(picture: torch.Tensor, weights: tuple[float, ...]) -> torch.Tensor:
    """(height, width, 16) at half the size, with repeated borders."""
    for axis in (0, 1):
        reach = len(weights) // 2 - 1
        size = picture.shape[axis]
        if reach:
            index = torch.arange(-reach, size + reach, device=picture.device).clamp(0, size - 1)
            picture = picture.index_select(axis, index)
        slices = [_every_second(picture, axis, start, size // 2) for start in range(len(weights))]
        picture = torch.zeros_like(slices[0])
        for part, weight in zip(slices, weights, strict=True):
            picture.add_(part, alpha=weight)
    return picture


def _every_second(picture: torch.Tensor, axis: int, start: int, count: int) -> torch.Tensor:
    end = start + 2 * count - 1
    return picture[start:end:2] if axis == 0 else picture[:, start:end:2]


def rounding(shape: torch.Size, random: np.random.Generator) -> torch.Tensor:
    """What rounding red, green and blue to 8 bits does to luma, as noise of the same variance."""
    amplitude = CODE * float(np.linalg.norm(LUMA_WEIGHTS))
    return torch.from_numpy((random.random(tuple(shape), dtype=np.float32) - 0.5) * np.float32(amplitude))
