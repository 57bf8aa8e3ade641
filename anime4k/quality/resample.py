"""Resampling with exact phase in double precision: what other programs do to a picture's size, as plain arithmetic.

A pixel is a sample in the middle of its square, so the centres of an enlarged or reduced picture lie where its edges
coincide with those of the source: the middle of target pixel i is at (i + 0.5) * s - 0.5 in source pixels, s being
the ratio of the sizes. When a picture is reduced, the kernel is s times as wide. Outside the picture the nearest
pixel continues. Everything happens in the coded values, no light is linearised.
"""

from __future__ import annotations

import enum
import math
from collections.abc import Callable

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.generic]
Picture = npt.NDArray[np.float64]
Pixels = npt.NDArray[np.uint8]


_TIE = 1e-9
"""Where a sample lies between two others as far away, the box takes the later one, in spite of rounding errors."""


def _box(x: Picture) -> Picture:
    return np.where((x > _TIE - 0.5) & (x <= _TIE + 0.5), 1.0, 0.0)


def _triangle(x: Picture) -> Picture:
    return np.maximum(0.0, 1.0 - np.abs(x))


def _cubic(b: float, c: float) -> Callable[[Picture], Picture]:
    """The family of Mitchell and Netravali (1988)."""

    def weight(x: Picture) -> Picture:
        x = np.abs(x)
        near = ((12 - 9 * b - 6 * c) * x**3 + (-18 + 12 * b + 6 * c) * x**2 + (6 - 2 * b)) / 6
        far = ((-b - 6 * c) * x**3 + (6 * b + 30 * c) * x**2 + (-12 * b - 48 * c) * x + (8 * b + 24 * c)) / 6
        result: Picture = np.where(x < 1, near, np.where(x < 2, far, 0.0))
        return result

    return weight


def _lanczos3(x: Picture) -> Picture:
    return np.where(np.abs(x) < 3, np.sinc(x) * np.sinc(x / 3), 0.0)


def _spline36(x: Picture) -> Picture:
    """The cubic spline through the samples with six taps (Dersch's Panorama Tools)."""
    x = np.abs(x)
    first = ((13 / 11 * x - 453 / 209) * x - 3 / 209) * x + 1
    y = x - 1
    second = ((-6 / 11 * y + 270 / 209) * y - 156 / 209) * y
    z = x - 2
    third = ((1 / 11 * z - 45 / 209) * z + 26 / 209) * z
    return np.where(x < 1, first, np.where(x < 2, second, np.where(x < 3, third, 0.0)))


class Kernel(enum.Enum):
    """Resampling kernels: how far they reach, in source pixels when a picture is enlarged, and their weights."""

    BOX = ("box", 0.5)
    TRIANGLE = ("triangle", 1.0)
    CATMULL_ROM = ("catmull_rom", 2.0)
    MITCHELL = ("mitchell", 2.0)
    SHARP_CUBIC = ("sharp_cubic", 2.0)
    """The cubic without blur and with a slope of -0.6, which FFmpeg calls bicubic."""
    LANCZOS3 = ("lanczos3", 3.0)
    SPLINE36 = ("spline36", 3.0)

    def __init__(self, label: str, reach: float) -> None:
        self.label = label
        self.reach = reach

    def __call__(self, distance: Picture) -> Picture:
        """The weight of samples at these distances, not normalised."""
        return _WEIGHTS[self](distance)


_WEIGHTS: dict[Kernel, Callable[[Picture], Picture]] = {
    Kernel.BOX: _box,
    Kernel.TRIANGLE: _triangle,
    Kernel.CATMULL_ROM: _cubic(0.0, 0.5),
    Kernel.MITCHELL: _cubic(1 / 3, 1 / 3),
    Kernel.SHARP_CUBIC: _cubic(0.0, 0.6),
    Kernel.LANCZOS3: _lanczos3,
    Kernel.SPLINE36: _spline36,
}


def taps(source: int, target: int, kernel: Kernel) -> tuple[npt.NDArray[np.intp], Picture]:
    """Which samples of a line each new sample is made of.

    Args:
        source: samples that there are.
        target: samples that are wanted.
        kernel: what weighs them.

    Returns:
        Numbers of the samples and their weights, both of shape (target, taps); the weights of a sample sum to 1.
    """
    ratio = source / target
    stretch = max(ratio, 1.0)
    centres = (np.arange(target) + 0.5) * ratio - 0.5
    reach = kernel.reach * stretch
    first = np.ceil(centres - reach - 1e-9).astype(np.intp)
    numbers = first[:, None] + np.arange(math.floor(2 * reach) + 1)
    weights = kernel((numbers - centres[:, None]) / stretch)
    return np.clip(numbers, 0, source - 1), weights / weights.sum(1, keepdims=True)


def resize(picture: Array, size: tuple[int, int], kernel: Kernel) -> Picture:
    """A picture at another size.

    Args:
        picture: codes of shape (height, width) or (height, width, channels).
        size: width and height that are wanted.
        kernel: what weighs the samples.

    Returns:
        Codes of shape (height, width, ...), neither rounded nor clipped.
    """
    width, height = size
    result: Picture = np.asarray(picture, np.float64)
    if result.shape[0] != height:
        numbers, weights = taps(result.shape[0], height, kernel)
        result = _combined(result, numbers, weights)
    if result.shape[1] != width:
        numbers, weights = taps(result.shape[1], width, kernel)
        result = _combined(result.swapaxes(0, 1), numbers, weights).swapaxes(0, 1)
    return np.ascontiguousarray(result)


def _combined(lines: Picture, numbers: npt.NDArray[np.intp], weights: Picture) -> Picture:
    """Weighted sums of lines along the first axis."""
    result = np.zeros((len(numbers), *lines.shape[1:]))
    for tap in range(numbers.shape[1]):
        share = weights[:, tap].reshape(-1, *[1] * (lines.ndim - 1))
        if share.any():
            result += share * lines[numbers[:, tap]]
    return result


def rounded(picture: Picture) -> Pixels:
    """A picture in whole codes, halves rounded up, clipped to 0..255."""
    result: Pixels = np.clip(np.floor(picture + 0.5), 0, 255).astype(np.uint8)
    return result


def half(picture: Pixels, kernel: Kernel = Kernel.BOX) -> Pixels:
    """A picture of even size at half its size, in whole codes; with `Kernel.BOX` the mean of each 2x2 block."""
    return rounded(resize(picture, (picture.shape[1] // 2, picture.shape[0] // 2), kernel))
