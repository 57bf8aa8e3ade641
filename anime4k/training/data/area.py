"""Scaling down by exact area averages."""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt

Pixels = npt.NDArray[np.uint8]
Floats = npt.NDArray[np.float32]


def covered(values: Floats, begin: float, step: float, count: int) -> Floats:
    """Means of `values` over `count` stretches of length `step` >= 1 along the first axis, from `begin` on.

    An entry that is covered in part counts in part; outside, the nearest entry counts. Pillow's box filter is not used
    because it takes or leaves whole entries, which makes a picture unevenly sharp when it is scaled by a factor near 1.
    """
    start = begin + np.arange(count) * step
    first = np.floor(start).astype(np.int64)
    result = np.zeros((count, *values.shape[1:]), np.float32)
    for offset in range(math.ceil(step) + 1):
        entry = first + offset
        part = np.clip(np.minimum(start + step, entry + 1) - np.maximum(start, entry), 0, None) / step
        weights = part.astype(np.float32).reshape(-1, *(1,) * (values.ndim - 1))
        result += weights * values[np.clip(entry, 0, len(values) - 1)]
    return result


def region(values: Floats, corner: tuple[float, float], steps: tuple[float, float], side: int) -> Floats:
    """A square of `side` x `side` means out of (h, w) values, from the corner (x, y) on.

    Each is over a rectangle whose width and height are the `steps`.
    """
    rows = covered(values, corner[1], steps[1], side)
    return covered(rows.T, corner[0], steps[0], side).T


def averaged(picture: Pixels, factor: float) -> Pixels:
    """A picture (h, w, 3) scaled by a factor of at most 1, rounded to whole codes.

    The averages are of codes and not of light: that is how the frames are made that the networks will see.
    """
    if factor >= 1:
        return picture
    height, width = (max(1, round(side * factor)) for side in picture.shape[:2])
    rows = covered(picture.astype(np.float32), 0, picture.shape[0] / height, height)
    columns = covered(np.ascontiguousarray(rows.swapaxes(0, 1)), 0, picture.shape[1] / width, width)
    result: Pixels = np.ascontiguousarray(np.rint(columns.swapaxes(0, 1)).astype(np.uint8))
    return result
