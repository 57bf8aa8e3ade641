"""Marks by which a piece of a picture is found again: the signs of the slopes in a 16x16 block, as 24 bits.

The block is seen as 4x4 cells of 4x4 pixels. A sign says whether a cell is brighter than its neighbour, so a mark does
not change with brightness and contrast, and hardly with a little blur or compression.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]
Marks = npt.NDArray[np.uint32]

CELL, CELLS = 4, 4
BLOCK = CELL * CELLS
BITS = 2 * CELLS * (CELLS - 1)

DISTINCT = 60.0
"""A block is distinct whose slopes are at least this in every direction (`corner`)."""


def cells(luma: Floats, size: int = CELL) -> Floats:
    """The mean of the square right of and below every pixel of (..., h, w): (..., h-size+1, w-size+1)."""
    total = np.zeros((*luma.shape[:-2], luma.shape[-2] + 1, luma.shape[-1] + 1))
    np.cumsum(np.cumsum(luma, -2, dtype=np.float64), -1, out=total[..., 1:, 1:])
    sums = total[..., size:, size:] - total[..., :-size, size:] - total[..., size:, :-size] + total[..., :-size, :-size]
    result: Floats = (sums / size**2).astype(np.float32)
    return result


def slopes(means: Floats) -> list[Floats]:
    """The 24 differences of neighbouring cells of the block at every place, each (..., h-12, w-12).

    `means` is (..., h, w) from `cells`; first the differences across, then those down.
    """
    span = CELL * (CELLS - 1)
    height, width = means.shape[-2] - span, means.shape[-1] - span

    def cell(row: int, column: int) -> Floats:
        top, left = row * CELL, column * CELL
        return means[..., top : top + height, left : left + width]

    across = [cell(row, column + 1) - cell(row, column) for row in range(CELLS) for column in range(CELLS - 1)]
    down = [cell(row + 1, column) - cell(row, column) for row in range(CELLS - 1) for column in range(CELLS)]
    return across + down


def marks(differences: list[Floats]) -> Marks:
    """The mark of every block from its `slopes`."""
    result = np.zeros(differences[0].shape, np.uint32)
    for number, difference in enumerate(differences):
        result |= (difference > 0).astype(np.uint32) << np.uint32(number)
    return result


def corner(differences: list[Floats]) -> Floats:
    """How steep every block is in its least steep direction: the smaller eigenvalue of the mean structure tensor.

    Edges that run straight through a block look alike everywhere, and have a value near 0.
    """
    across, down = differences[: BITS // 2], differences[BITS // 2 :]
    xx = sum(one * one for one in across) / len(across)
    yy = sum(one * one for one in down) / len(down)
    steps = range(CELLS - 1)
    pairs = [(row * (CELLS - 1) + column, row * CELLS + column) for row in steps for column in steps]
    xy = sum(across[one] * down[other] for one, other in pairs) / len(pairs)
    result: Floats = ((xx + yy) / 2 - np.sqrt(((xx - yy) / 2) ** 2 + xy**2)).astype(np.float32)
    return result


def probes(differences: Floats, count: int = 4) -> Marks:
    """Marks (n, 2**count) of blocks whose slopes are (n, 24): all that differ in the `count` least certain signs."""
    weakest = np.argsort(np.abs(differences), 1, kind="stable")[:, :count].astype(np.uint32)
    bits = (differences > 0).astype(np.uint32) << np.arange(BITS, dtype=np.uint32)
    base = bits.sum(1, dtype=np.uint32)
    result = np.repeat(base[:, None], 2**count, 1)
    for choice in range(2**count):
        for bit in range(count):
            if choice >> bit & 1:
                result[:, choice] ^= np.uint32(1) << weakest[:, bit]
    return result
