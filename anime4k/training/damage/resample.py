"""Fast resampling of many pictures of the same few sizes, exact in phase for any ratio.

Geometry and kernels are those of `anime4k.quality.resample`; here each pair of sizes becomes a matrix that is kept,
and a box gives weighted areas. Pictures are float32 arrays of shape (height, width, 3) on the 0..255 scale.
"""

from __future__ import annotations

import functools

import numpy as np
import numpy.typing as npt

from anime4k.quality.resample import Kernel, taps

Picture = npt.NDArray[np.float32]
Matrix = npt.NDArray[np.float32]


def resize(picture: Picture, height: int, width: int, kernel: Kernel) -> Picture:
    """A picture at another size, clipped to 0..255 and not rounded; where it shrinks, the kernel is stretched."""
    rows, columns = weights(picture.shape[0], height, kernel), weights(picture.shape[1], width, kernel)
    result = np.tensordot(columns, np.tensordot(rows, picture, (1, 0)), (1, 1)).transpose(1, 0, 2)
    clipped: Picture = np.clip(result, 0, 255, dtype=np.float32)
    return np.ascontiguousarray(clipped)


def round_trip(picture: Picture, factor_y: float, factor_x: float, down: Kernel, up: Kernel) -> Picture:
    """A picture scaled to the nearest whole number of rows and columns of a smaller size, and back."""
    height, width = picture.shape[:2]
    small = resize(picture, round(height * factor_y), round(width * factor_x), down)
    return resize(small, height, width, up)


@functools.lru_cache(maxsize=512)
def weights(old: int, new: int, kernel: Kernel) -> Matrix:
    """The (new, old) matrix that resamples a line of `old` samples; every row has sum 1."""
    result = np.zeros((new, old))
    if kernel is Kernel.BOX and new < old:
        # The box's edges rarely fall between samples: counting whole samples would shift the picture.
        edges = np.arange(new + 1) * (old / new)
        samples = np.arange(old)
        shares = np.minimum(edges[1:, None], samples + 1) - np.maximum(edges[:-1, None], samples)
        result = np.maximum(shares, 0) * (new / old)
    else:
        numbers, values = taps(old, new, kernel)
        np.add.at(result, (np.arange(new)[:, None], numbers), values)
    matrix: Matrix = result.astype(np.float32)
    matrix.setflags(write=False)
    return matrix
