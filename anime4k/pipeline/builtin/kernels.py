"""Resampling kernels and their weights, exact for every output row or column.

Weights are tabulated per output position rather than per phase, so there is no interpolation between
phases and a test can compare with a direct sum.
"""

from __future__ import annotations

import functools
import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from anime4k.pipeline.settings import Scaler

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Kernel:
    """A filter kernel: weight as a function of the distance in source texels, zero beyond `radius`."""

    weight: Callable[[Array], Array]
    radius: float


def _triangle(x: Array) -> Array:
    return np.maximum(0.0, 1.0 - np.abs(x))


def _cubic(b: float, c: float) -> Callable[[Array], Array]:
    """The two-parameter family of Mitchell and Netravali (1988)."""

    def weight(x: Array) -> Array:
        x = np.abs(x)
        near = ((12 - 9 * b - 6 * c) * x**3 + (-18 + 12 * b + 6 * c) * x**2 + (6 - 2 * b)) / 6
        far = ((-b - 6 * c) * x**3 + (6 * b + 30 * c) * x**2 + (-12 * b - 48 * c) * x + (8 * b + 24 * c)) / 6
        return np.where(x < 1, near, np.where(x < 2, far, 0.0))

    return weight


def _lanczos3(x: Array) -> Array:
    return np.where(np.abs(x) < 3, np.sinc(x) * np.sinc(x / 3), 0.0)


def _spline36(x: Array) -> Array:
    """Piecewise cubic through six points with continuous second derivative (PanoTools' spline36)."""
    x = np.abs(x)
    first = ((13 / 11 * x - 453 / 209) * x - 3 / 209) * x + 1
    t = x - 1
    second = ((-6 / 11 * t + 270 / 209) * t - 156 / 209) * t
    u = x - 2
    third = ((1 / 11 * u - 45 / 209) * u + 26 / 209) * u
    return np.where(x < 1, first, np.where(x < 2, second, np.where(x < 3, third, 0.0)))


_SEPARABLE: dict[Scaler, Kernel] = {
    Scaler.BILINEAR: Kernel(_triangle, 1.0),
    Scaler.BICUBIC: Kernel(_cubic(1.0, 0.0), 2.0),
    Scaler.MITCHELL: Kernel(_cubic(1 / 3, 1 / 3), 2.0),
    Scaler.CATMULL_ROM: Kernel(_cubic(0.0, 0.5), 2.0),
    Scaler.LANCZOS: Kernel(_lanczos3, 3.0),
    Scaler.SPLINE36: Kernel(_spline36, 3.0),
}

EWA_RADIUS = 3.2383154841662362
"""Third zero of jinc: the support of the polar kernel."""
EWA_SHARPEN = 0.9812505644269356
"""Width factor of lanczossharp (N. Robidoux): the kernel that keeps vertical and horizontal lines exact."""
_JINC_FIRST_ZERO = 1.2196698912665045
EWA_TABLE_SIZE = 512


def separable(scaler: Scaler) -> Kernel | None:
    """The one-dimensional kernel, or None for a polar scaler."""
    return _SEPARABLE.get(scaler)


@dataclass(frozen=True, eq=False)
class Taps:
    """Weights of one axis; the arrays are not to be changed.

    Attributes:
        start: (out,) index of the first source texel; may lie outside and is clamped when read.
        weights: (out, taps), rows sum to 1.
    """

    start: NDArray[np.int64]
    weights: Array


@functools.lru_cache(maxsize=16)  # the next plan mostly scales like the one before
def taps(kernel: Kernel, out: int, origin: float, step: float, antialias: bool) -> Taps:
    """Weights that resample one axis.

    Output texel i samples the source at `origin + (i + 0.5) * step`, in texel coordinates in which texel
    k covers [k, k + 1).

    Args:
        kernel: the filter.
        out: number of output texels.
        origin: see above.
        step: source texels per output texel.
        antialias: widen the kernel by `step` when downscaling.
    """
    widen = max(1.0, step) if antialias else 1.0
    support = kernel.radius * widen
    count = max(1, math.ceil(2 * support - 1e-9))
    centre = origin + (np.arange(out, dtype=np.float64) + 0.5) * step - 0.5
    start = np.ceil(centre - support - 1e-9).astype(np.int64)
    index = start[:, None] + np.arange(count)[None, :]
    weights = kernel.weight((index - centre[:, None]) / widen)
    weights /= weights.sum(axis=1, keepdims=True)
    for array in (start, weights):
        array.flags.writeable = False
    return Taps(start, weights)


@functools.lru_cache(maxsize=16)
def period(axis: Taps, step: float, longest: int) -> int:
    """After how many output texels the weights repeat, 0 when that is more than `longest`.

    Doubling has two phases, for example. The source advances by a whole number of texels per period.
    """
    for count in range(1, min(longest, len(axis.start)) + 1):
        advance = round(step * count)
        if abs(step * count - advance) > 1e-9:
            continue
        whole = np.arange(len(axis.start)) // count
        phase = np.arange(len(axis.start)) % count
        if (axis.start == axis.start[phase] + whole * advance).all() and np.allclose(
            axis.weights, axis.weights[phase], rtol=0, atol=1e-9
        ):
            return count
    return 0


def taps_payload(axis: Taps) -> tuple[int, bytes]:
    """(texels per row, float32 RGBA payload): texel 0 holds the start index, the others four weights each."""
    out, count = axis.weights.shape
    groups = -(-count // 4)
    table = np.zeros((out, 1 + groups, 4), np.float32)
    table[:, 0, 0] = axis.start
    padded = np.zeros((out, groups * 4), np.float32)
    padded[:, :count] = axis.weights
    table[:, 1:, :] = padded.reshape(out, groups, 4)
    return 1 + groups, table.tobytes()


def _bessel_j1(x: Array) -> Array:
    """J1 by its integral form: (1/pi) * integral of cos(t - x sin t) over [0, pi]."""
    t = (np.arange(2048) + 0.5) * (np.pi / 2048)
    return np.asarray(np.cos(t[None, :] - x.reshape(-1, 1) * np.sin(t)[None, :]).mean(axis=1).reshape(x.shape))


def _jinc(x: Array) -> Array:
    safe = np.where(np.abs(x) < 1e-9, 1e-9, x)
    return 2 * _bessel_j1(np.pi * safe) / (np.pi * safe)


def ewa_weight(distance: Array) -> Array:
    """ewa_lanczossharp: jinc windowed by a jinc, by radial distance in source texels; 0 beyond the radius."""
    x = np.abs(distance) / EWA_SHARPEN
    window = _jinc(x * (_JINC_FIRST_ZERO / EWA_RADIUS))
    return np.where(x < EWA_RADIUS, _jinc(x) * window, 0.0)


def ewa_payload() -> bytes:
    """(1, EWA_TABLE_SIZE) float32 weights at equal steps of the radius from 0 to `EWA_RADIUS * EWA_SHARPEN`."""
    distance = np.linspace(0.0, EWA_RADIUS * EWA_SHARPEN, EWA_TABLE_SIZE)
    return ewa_weight(distance).astype(np.float32).tobytes()
