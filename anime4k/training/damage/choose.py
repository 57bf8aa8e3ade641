"""Where to cut crops from a frame: mostly where there are lines."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

CANDIDATES = 24
"""Places that are looked at for each crop."""
FLAT = 0.05
"""Share of the crops that are cut anywhere."""


def places(
    clean: npt.NDArray[np.uint8], size: int, step: int, count: int, random: np.random.Generator
) -> list[tuple[int, int]]:
    """Top left corners of square crops, (y, x).

    Each is the busiest of some random places, after those that overlap an earlier crop by more than half of its side
    in both directions have been put last.

    Args:
        clean: (height, width, 3) RGB, at least `size` in each direction.
        size: side of a crop.
        step: corners are multiples of it.
        count: how many crops.
        random: decides.
    """
    luma = clean.astype(np.float32) @ np.array((0.299, 0.587, 0.114), np.float32)
    slopes = np.zeros(luma.shape)
    slopes[:, 1:] += np.abs(np.diff(luma, axis=1))
    slopes[1:] += np.abs(np.diff(luma, axis=0))
    # Strong edges shall not outweigh fine drawing: a slope counts in full from 32 codes on.
    sums = np.pad(np.minimum(slopes, 32).cumsum(0).cumsum(1), ((1, 0), (1, 0)))
    chosen: list[tuple[int, int]] = []
    for _ in range(count):
        ys = random.integers(0, (luma.shape[0] - size) // step + 1, CANDIDATES) * step
        xs = random.integers(0, (luma.shape[1] - size) // step + 1, CANDIDATES) * step
        busy = sums[ys + size, xs + size] - sums[ys, xs + size] - sums[ys + size, xs] + sums[ys, xs]
        for y, x in chosen:
            near = (np.abs(ys - y) < size // 2) & (np.abs(xs - x) < size // 2)
            busy = np.where(near, busy - 1e9, busy)
        best = 0 if random.random() < FLAT else int(np.argmax(busy))
        chosen.append((int(ys[best]), int(xs[best])))
    return chosen
