"""Resampling with the kernels that studios, disc masters and scalers use, exact in phase for any ratio.

The borders of the old and of the new picture coincide: sample i of n lies at (i + 0.5) / n in both. Pictures are float32
arrays of shape (height, width, 3) on the 0..255 scale; beyond the border the nearest sample is repeated.
"""

from __future__ import annotations

import enum
import functools
import math

import numpy as np
import numpy.typing as npt

Picture = npt.NDArray[np.float32]
Matrix = npt.NDArray[np.float32]


class Kernel(enum.Enum):
    """An interpolation kernel; the value is the distance in samples at which it ends."""

    BOX = 0.5
    BILINEAR = 1.0
    BICUBIC = 2.0
    """Keys' cubic with slope -0.5, which is Catmull and Rom's spline."""
    SHARP_BICUBIC = 2.0 + 1e-9
    """Keys' cubic with slope -0.75, which many scalers call bicubic."""
    MITCHELL = 2.0 + 2e-9
    """Mitchell and Netravali's B = C = 1/3."""
    LANCZOS = 3.0
    SPLINE36 = 3.0 + 1e-9

    @property
    def label(self) -> str:
        """The name in records."""
        return self.name.lower()


def resize(picture: Picture, height: int, width: int, kernel: Kernel, antialias: bool = True) -> Picture:
    """A picture at another size, clipped to 0..255 and not rounded.

    Args:
        picture: float RGB.
        height: rows of the result.
        width: columns of the result.
        kernel: its samples are weighted areas where it is `BOX`.
        antialias: stretch the kernel by the ratio where the picture shrinks.
    """
    rows = weights(picture.shape[0], height, kernel, antialias)
    columns = weights(picture.shape[1], width, kernel, antialias)
    result = np.tensordot(columns, np.tensordot(rows, picture, (1, 0)), (1, 1)).transpose(1, 0, 2)
    clipped: Picture = np.clip(result, 0, 255, dtype=np.float32)
    return np.ascontiguousarray(clipped)


@functools.lru_cache(maxsize=512)
def weights(old: int, new: int, kernel: Kernel, antialias: bool = True) -> Matrix:
    """The (new, old) matrix that resamples a row of `old` samples; every row has sum 1."""
    ratio = old / new
    stretch = max(ratio, 1.0) if antialias else 1.0
    result = np.zeros((new, old))
    if kernel is Kernel.BOX:
        # The kernel's edges rarely fall between samples: weighting by distance would shift the picture.
        low = (np.arange(new) + 0.5) * ratio - stretch / 2
        edges = np.arange(-2, old + 2)
        shares = np.minimum(low[:, None] + stretch, edges + 1) - np.maximum(low[:, None], edges)
        for column, edge in enumerate(edges):
            result[:, min(max(int(edge), 0), old - 1)] += np.maximum(shares[:, column], 0)
    else:
        reach = math.ceil(kernel.value * stretch) + 1
        centres = (np.arange(new) + 0.5) * ratio - 0.5
        first = np.floor(centres).astype(int)
        for offset in range(-reach, reach + 1):
            samples = first + offset
            np.add.at(
                result,
                (np.arange(new), np.clip(samples, 0, old - 1)),
                _evaluate(kernel, np.abs(samples - centres) / stretch),
            )
    result /= result.sum(axis=1, keepdims=True)
    matrix: Matrix = result.astype(np.float32)
    matrix.setflags(write=False)
    return matrix


def _evaluate(kernel: Kernel, x: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """The kernel at distances x >= 0."""
    match kernel:
        case Kernel.BILINEAR:
            return np.maximum(1 - x, 0)
        case Kernel.BICUBIC:
            return _cubic(x, 0, 0.5)
        case Kernel.SHARP_BICUBIC:
            return _cubic(x, 0, 0.75)
        case Kernel.MITCHELL:
            return _cubic(x, 1 / 3, 1 / 3)
        case Kernel.LANCZOS:
            return np.where(x < 3, np.sinc(x) * np.sinc(x / 3), 0.0)
        case Kernel.SPLINE36:
            return _spline36(x)
    raise ValueError(f"{kernel} has no formula.")


def _cubic(x: npt.NDArray[np.float64], b: float, c: float) -> npt.NDArray[np.float64]:
    """Mitchell and Netravali's family (1988)."""
    near = (12 - 9 * b - 6 * c) * x**3 + (-18 + 12 * b + 6 * c) * x**2 + (6 - 2 * b)
    far = (-b - 6 * c) * x**3 + (6 * b + 30 * c) * x**2 + (-12 * b - 48 * c) * x + (8 * b + 24 * c)
    return np.where(x < 1, near, np.where(x < 2, far, 0.0)) / 6


def _spline36(x: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """The six-point cubic spline: the interpolating natural spline's weights over six samples."""
    near = ((13 / 11 * x - 453 / 209) * x - 3 / 209) * x + 1
    y = x - 1
    middle = ((-6 / 11 * y + 270 / 209) * y - 156 / 209) * y
    z = x - 2
    far = ((1 / 11 * z - 45 / 209) * z + 26 / 209) * z
    return np.where(x < 1, near, np.where(x < 2, middle, np.where(x < 3, far, 0.0)))
