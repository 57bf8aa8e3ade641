"""Which windows to take, and where to cut crops from a frame: mostly where there are lines."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from anime4k.networks.graph import LUMA_WEIGHTS

Codes = npt.NDArray[np.uint8]

CANDIDATES = 24
"""Places that are looked at for each crop."""
FLAT = 0.05
"""Share of the crops that are cut anywhere."""
LOUD = 32
"""Slope in codes from which on an edge counts in full: strong edges shall not outweigh fine drawing."""
LEAST, MOST = 0.25, 2.0
"""How often the flattest and the busiest windows are taken, against one that is as busy as most."""


def turns(windows: Sequence[Codes], count: int, random: np.random.Generator) -> npt.NDArray[np.intp]:
    """Which window is taken each time: every one in proportion to how busy it is, within bounds.

    Args:
        windows: (height, width, 3) RGB pictures; each is looked at once.
        count: how often one is taken.
        random: decides the order; how often each is taken is certain but for one.
    """
    busy = np.array([slopes(window).mean() for window in windows])
    shares = np.clip(busy / max(float(np.median(busy)), 1e-6), LEAST, MOST)
    # Equal steps along the sum of all shares, which are laid side by side in a random order.
    order = random.permutation(len(busy))
    ends = np.cumsum(shares[order])
    places = (np.arange(count) + random.random()) * (ends[-1] / count)
    chosen = order[np.minimum(np.searchsorted(ends, places, side="right"), len(busy) - 1)]
    result: npt.NDArray[np.intp] = random.permutation(chosen)
    return result


def slopes(picture: Codes) -> npt.NDArray[np.float64]:
    """(height, width) how much each pixel's luma differs from its left and its upper neighbour's, up to `LOUD`."""
    luma = picture.astype(np.float32) @ np.array(LUMA_WEIGHTS, np.float32)
    result = np.zeros(luma.shape)
    result[:, 1:] += np.abs(np.diff(luma, axis=1))
    result[1:] += np.abs(np.diff(luma, axis=0))
    return np.minimum(result, LOUD)


def places(
    clean: Codes, size: int, step: int, count: int, random: np.random.Generator
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
    sums = np.pad(slopes(clean).cumsum(0).cumsum(1), ((1, 0), (1, 0)))
    height, width = clean.shape[:2]
    chosen: list[tuple[int, int]] = []
    for _ in range(count):
        ys = random.integers(0, (height - size) // step + 1, CANDIDATES) * step
        xs = random.integers(0, (width - size) // step + 1, CANDIDATES) * step
        busy = sums[ys + size, xs + size] - sums[ys, xs + size] - sums[ys + size, xs] + sums[ys, xs]
        for y, x in chosen:
            near = (np.abs(ys - y) < size // 2) & (np.abs(xs - x) < size // 2)
            busy = np.where(near, busy - 1e9, busy)
        best = 0 if random.random() < FLAT else int(np.argmax(busy))
        chosen.append((int(ys[best]), int(xs[best])))
    return chosen
