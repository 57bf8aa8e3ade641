"""Measures of a picture against the truth: PSNR, SSIM, overshoot, banding, change from frame to frame.

Pictures are arrays of shape (height, width, 3), 8-bit RGB codes or floats on the same 0..255 scale; *luma* is a
float plane of shape (height, width). No border is cropped unless it is said.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.generic]
Plane = npt.NDArray[np.float64]

PEAK = 255.0
LUMA_WEIGHTS = (0.299, 0.587, 0.114)
"""ITU-R BT.601, applied to the coded values; the result is not rounded."""

SSIM_WINDOW = 11
SSIM_SIGMA = 1.5
SSIM_STABILISERS = ((0.01 * PEAK) ** 2, (0.03 * PEAK) ** 2)

SMOOTH_RANGE = 6.0
"""Codes that a smooth area spans at most within 5x5 pixels."""
EYE_SIGMA = 2.0
"""Standard deviation in pixels of the blur that stands for the eye: dither vanishes in it, bands stay."""


@dataclass(frozen=True)
class Excess:
    """How far a picture leaves an allowed range, in codes.

    Attributes:
        mean: over all pixels.
        high: 99.9th percentile.
        largest: the worst pixel.
    """

    mean: float
    high: float
    largest: float


def luma(picture: Array) -> Plane:
    """The luma plane of a picture with at least three components; a plane is returned as floats."""
    values = np.asarray(picture, dtype=np.float64)
    if values.ndim == 2:
        return values
    red, green, blue = LUMA_WEIGHTS
    result: Plane = red * values[..., 0] + green * values[..., 1] + blue * values[..., 2]
    return result


def decibels(square_error: float) -> float:
    """The peak signal to noise ratio of a mean squared error in codes; infinite for 0."""
    return math.inf if square_error == 0 else 10 * math.log10(PEAK**2 / square_error)


def psnr(picture: Array, truth: Array) -> float:
    """Peak signal to noise ratio of the unrounded luma in dB."""
    return decibels(float(np.mean((luma(picture) - luma(truth)) ** 2)))


def rgb_psnr(picture: Array, truth: Array) -> float:
    """Peak signal to noise ratio over all samples of red, green and blue in dB."""
    difference = np.asarray(picture, np.float64)[..., :3] - np.asarray(truth, np.float64)[..., :3]
    return decibels(float(np.mean(difference**2)))


def gradient_psnr(picture: Array, truth: Array) -> float:
    """Peak signal to noise ratio of the luma's slopes in dB.

    Slopes are the differences of horizontal and of vertical neighbours; the squared error is averaged over both
    directions together, the peak is 255. A constant error counts nothing, a misplaced or blurred line counts fully.
    """
    error = luma(picture) - luma(truth)
    squares = [np.diff(error, axis=axis).ravel() ** 2 for axis in (0, 1)]
    return decibels(float(np.mean(np.concatenate(squares))))


def gaussian(sigma: float, radius: int) -> Plane:
    """The 2 * radius + 1 weights of a Gaussian, with sum 1."""
    weights = np.exp(-0.5 * (np.arange(-radius, radius + 1) / sigma) ** 2)
    result: Plane = weights / weights.sum()
    return result


def filtered(plane: Plane, weights: Plane) -> Plane:
    """A plane under a separable filter; only the pixels whose window lies inside the plane."""
    reach = weights.size - 1
    height, width = plane.shape[0] - reach, plane.shape[1]
    plane = sum((weight * plane[start : start + height] for start, weight in enumerate(weights)), np.zeros(1))
    width -= reach
    plane = sum((weight * plane[:, start : start + width] for start, weight in enumerate(weights)), np.zeros(1))
    return plane


def blurred(plane: Plane, sigma: float) -> Plane:
    """A plane under a Gaussian of three standard deviations' reach, its border repeated outwards."""
    radius = math.ceil(3 * sigma)
    return filtered(np.pad(plane, radius, mode="edge"), gaussian(sigma, radius))


def ssim(picture: Array, truth: Array) -> float:
    """Mean structural similarity of the luma: Wang et al. 2004, 11x11 Gaussian window of sigma 1.5, valid region.

    Raises:
        ValueError: the picture is smaller than the window.
    """
    first, second = luma(picture), luma(truth)
    if min(first.shape) < SSIM_WINDOW:
        raise ValueError(f"A picture of {first.shape[1]}x{first.shape[0]} is too small for structural similarity.")
    weights = gaussian(SSIM_SIGMA, SSIM_WINDOW // 2)
    mean1, mean2 = filtered(first, weights), filtered(second, weights)
    variance1 = filtered(first * first, weights) - mean1 * mean1
    variance2 = filtered(second * second, weights) - mean2 * mean2
    covariance = filtered(first * second, weights) - mean1 * mean2
    flat, contrast = SSIM_STABILISERS
    above = (2 * mean1 * mean2 + flat) * (2 * covariance + contrast)
    below = (mean1 * mean1 + mean2 * mean2 + flat) * (variance1 + variance2 + contrast)
    return float(np.mean(above / below))


def local_range(plane: Plane, radius: int = 1) -> tuple[Plane, Plane]:
    """Smallest and largest value within a square window, the border repeated outwards."""
    low = high = plane
    for axis in (0, 1):
        width = [(0, 0), (0, 0)]
        width[axis] = (radius, radius)
        windows = [
            np.lib.stride_tricks.sliding_window_view(np.pad(bound, width, mode="edge"), 2 * radius + 1, axis)
            for bound in (low, high)
        ]
        low, high = windows[0].min(-1), windows[1].max(-1)
    return low, high


def excess(plane: Plane, low: Plane, high: Plane) -> Excess:
    """How far a plane lies outside low..high."""
    outside = np.maximum(0.0, np.maximum(low - plane, plane - high))
    return Excess(float(outside.mean()), float(np.percentile(outside, 99.9)), float(outside.max()))


def overshoot(picture: Array, source: Array) -> Excess:
    """How far the luma leaves the range of the 3x3 source pixels around each pixel.

    That is the range which bilinear scaling cannot leave. The picture's size is a whole multiple of the source's.

    Raises:
        ValueError: the sizes do not fit.
    """
    plane, small = luma(picture), luma(source)
    scale = plane.shape[0] // small.shape[0]
    if (small.shape[0] * scale, small.shape[1] * scale) != plane.shape or not scale:
        raise ValueError(f"{plane.shape} is no whole multiple of {small.shape}.")
    low, high = (bound.repeat(scale, 0).repeat(scale, 1) for bound in local_range(small))
    return excess(plane, low, high)


def ringing(picture: Array, truth: Array) -> Excess:
    """How far the luma leaves the range of the truth's 3x3 pixels around each pixel."""
    return excess(luma(picture), *local_range(luma(truth)))


def smooth(truth: Array) -> npt.NDArray[np.bool_]:
    """Where the truth's luma is smooth: it spans at most `SMOOTH_RANGE` codes within 5x5 pixels."""
    low, high = local_range(luma(truth), 2)
    return high - low <= SMOOTH_RANGE


def banding(picture: Array, truth: Array) -> float:
    """The bands that an eye would see in smooth areas: the blurred error's spread in codes, 0 without any.

    The luma error is blurred with `EYE_SIGMA`, so dither and grain cancel out and steps remain; the result is its
    standard deviation over the smooth areas. A slow gradient rounded to whole codes has 1 / sqrt(12) = 0.29. The truth
    should not be rounded.
    """
    where = smooth(truth)
    if not where.any():
        return 0.0
    return float(blurred(luma(picture) - luma(truth), EYE_SIGMA)[where].std())


def false_steps(picture: Array, truth: Array) -> float:
    """Energy of steps in smooth areas that the truth does not have.

    It is the root mean square, in codes, of the second differences of the luma error over the smooth areas, both
    directions together. Noise and dither count as well: compare it with the figure of the rounded truth.
    """
    error, where = luma(picture) - luma(truth), smooth(truth)
    bends = [np.diff(error, 2, axis=0)[where[1:-1]], np.diff(error, 2, axis=1)[where[:, 1:-1]]]
    joined = np.concatenate(bends)
    return float(np.sqrt(np.mean(joined**2))) if joined.size else 0.0


def difference(picture: Array, other: Array) -> Excess:
    """How far two pictures' luma differ: mean, 99.9th percentile and largest absolute difference in codes."""
    plane = luma(other)
    return excess(luma(picture), plane, plane)


def frame_change(frames: Sequence[Array], shift: int = 0, margin: int = 0) -> float:
    """Mean absolute luma change from each frame to the next, in codes.

    Args:
        frames: at least two frames of one size.
        shift: pixels by which the content moves to the left from frame to frame; the frames are aligned first.
        margin: pixels at every border that are left out.
    """
    changes = []
    for first, second in zip(frames, frames[1:], strict=False):
        before, after = luma(first), luma(second)
        if shift:
            before, after = before[:, shift:], after[:, :-shift]
        inner = (slice(margin, before.shape[0] - margin), slice(margin, before.shape[1] - margin))
        changes.append(float(np.mean(np.abs(after[inner] - before[inner]))))
    return float(np.mean(changes))
