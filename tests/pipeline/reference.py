"""Colour and resampling in float64, written from the standards and from definitions.

Nothing here comes from the package under test. Pictures are arrays (h, w) or (h, w, c), row 0 on top; a
coordinate axis puts texel k on [k, k + 1). Sources: ITU-R BT.601, BT.709, BT.2020, BT.1886, BT.2100, BT.2390,
BT.2087, IEC 61966-2-1, ITU-T H.273; Mitchell and Netravali 1988 for the cubic family.
"""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

# -- Y'CbCr ----------------------------------------------------------------------------------------------

LUMA_WEIGHTS = {"601": (0.299, 0.114), "709": (0.2126, 0.0722), "2020": (0.2627, 0.0593), "240": (0.2122, 0.0865)}
"""Kr and Kb."""


def levels(depth: int, full: bool) -> tuple[float, float, float, float]:
    """(black, white, neutral chroma, extent of chroma) in codes of `depth` bits."""
    if full:
        return 0.0, 2.0**depth - 1, 2.0 ** (depth - 1), 2.0**depth - 1
    unit = 2.0 ** (depth - 8)
    return 16 * unit, 235 * unit, 128 * unit, 224 * unit


def yuv_to_rgb(yuv: Array, matrix: str, depth: int, full: bool) -> Array:
    """Codes (..., 3) to R'G'B' with black 0 and white 1, unclamped."""
    kr, kb = LUMA_WEIGHTS[matrix]
    black, white, neutral, extent = levels(depth, full)
    y = (yuv[..., 0] - black) / (white - black)
    cb, cr = (yuv[..., 1] - neutral) / extent, (yuv[..., 2] - neutral) / extent
    r = y + 2 * (1 - kr) * cr
    b = y + 2 * (1 - kb) * cb
    return np.stack([r, (y - kr * r - kb * b) / (1 - kr - kb), b], axis=-1)


def rgb_to_yuv(rgb: Array, matrix: str, depth: int, full: bool) -> Array:
    """R'G'B' to unrounded codes (..., 3)."""
    kr, kb = LUMA_WEIGHTS[matrix]
    black, white, neutral, extent = levels(depth, full)
    y = kr * rgb[..., 0] + (1 - kr - kb) * rgb[..., 1] + kb * rgb[..., 2]
    cb, cr = (rgb[..., 2] - y) / (2 * (1 - kb)), (rgb[..., 0] - y) / (2 * (1 - kr))
    return np.stack([black + (white - black) * y, neutral + extent * cb, neutral + extent * cr], axis=-1)


def in_codes(picture: Array, depth: int) -> Array:
    """Nominal [0, 1] to unrounded codes of `depth` bits, clipped to what exists."""
    most = 2.0**depth - 1
    return np.clip(picture * most, 0, most)


# -- kernels ---------------------------------------------------------------------------------------------


def sinc(x: float) -> float:
    """sin(pi x) / (pi x)."""
    return 1.0 if x == 0 else math.sin(math.pi * x) / (math.pi * x)


def triangle(x: float) -> float:
    """Linear interpolation."""
    return max(0.0, 1 - abs(x))


def cubic(b: float, c: float) -> Callable[[float], float]:
    """The BC family: (1, 0) is the B-spline, (1/3, 1/3) Mitchell, (0, 1/2) Catmull and Rom's."""

    def weight(x: float) -> float:
        x = abs(x)
        if x < 1:
            return ((12 - 9 * b - 6 * c) * x**3 + (-18 + 12 * b + 6 * c) * x**2 + 6 - 2 * b) / 6
        if x < 2:
            return ((-b - 6 * c) * x**3 + (6 * b + 30 * c) * x**2 + (-12 * b - 48 * c) * x + 8 * b + 24 * c) / 6
        return 0.0

    return weight


def lanczos3(x: float) -> float:
    """Sinc windowed by the main lobe of a sinc three times as wide."""
    return sinc(x) * sinc(x / 3) if abs(x) < 3 else 0.0


def spline36(x: float) -> float:
    """Weight of a sample at distance x when a natural cubic spline goes through six samples around the place.

    The place lies between the third and the fourth; the weight of the sample at distance x is the value there of
    the spline through 1 at that sample and 0 at the others.
    """
    x = abs(x)
    if x >= 3:
        return 0.0
    below = math.floor(x)
    # The sample is `below` steps to the left of the third one when the place is at 2 + fraction.
    fraction, sample = x - below, 2 - below
    values = np.zeros(6)
    values[sample] = 1
    system, right = np.zeros((6, 6)), np.zeros(6)
    system[0, 0] = system[5, 5] = 1
    for k in range(1, 5):
        system[k, k - 1 : k + 2] = 1, 4, 1
        right[k] = 6 * (values[k + 1] - 2 * values[k] + values[k - 1])
    bend = np.linalg.solve(system, right)
    a, t = 1 - fraction, fraction
    line = a * values[2] + t * values[3]
    return float(line + ((a**3 - a) * bend[2] + (t**3 - t) * bend[3]) / 6)


def bessel_j1(x: float) -> float:
    """J1 by its power series; for |x| < 12 cancellation costs less than 1e-11."""
    term = total = x / 2
    for k in range(1, 60):
        term *= -(x * x / 4) / (k * (k + 1))
        total += term
    return total


def jinc(x: float) -> float:
    """2 J1(pi x) / (pi x)."""
    return 1.0 if abs(x) < 1e-12 else 2 * bessel_j1(math.pi * x) / (math.pi * x)


def jinc_zero(number: int) -> float:
    """The n-th positive zero of jinc, by bisection; zeros lie about 1 apart, the first near 1.22."""
    low, high = number + 0.0, number + 0.5
    for _ in range(80):
        middle = (low + high) / 2
        low, high = (middle, high) if jinc(low) * jinc(middle) > 0 else (low, middle)
    return low


LANCZOSSHARP_BLUR = 0.9812505644269356
"""Robidoux's width of the sharp form of the jinc-windowed jinc with three lobes."""
_FIRST, _THIRD = jinc_zero(1), jinc_zero(3)


def ewa_lanczossharp(distance: float) -> float:
    """Jinc windowed by the main lobe of a wider jinc, both squeezed by `LANCZOSSHARP_BLUR`."""
    x = distance / LANCZOSSHARP_BLUR
    return jinc(x) * jinc(x * _FIRST / _THIRD) if x < _THIRD else 0.0


EWA_RADIUS = _THIRD * LANCZOSSHARP_BLUR

KERNELS: dict[str, tuple[Callable[[float], float], float]] = {
    "bilinear": (triangle, 1.0),
    "bicubic": (cubic(1, 0), 2.0),
    "mitchell": (cubic(1 / 3, 1 / 3), 2.0),
    "catmull_rom": (cubic(0, 0.5), 2.0),
    "lanczos": (lanczos3, 3.0),
    "spline36": (spline36, 3.0),
}
"""Name -> (weight by distance, radius) of the separable ones."""

# -- resampling ------------------------------------------------------------------------------------------


def axis_weights(
    kernel: str, count: int, out: int, origin: float, step: float, antialias: bool
) -> Array:
    """(out, count) weights; output texel i looks at `origin + (i + 0.5) * step`, edges are repeated.

    Args:
        kernel: name in `KERNELS`.
        count: texels of the source.
        out: texels of the result.
        origin: see above.
        step: source texels per output texel.
        antialias: stretch the kernel where the picture shrinks.
    """
    if (count, origin, step) == (out, 0.0, 1.0):
        return np.eye(count)
    weight, radius = KERNELS[kernel]
    stretch = max(1.0, step) if antialias else 1.0
    table = np.zeros((out, count))
    for i in range(out):
        centre = origin + (i + 0.5) * step - 0.5
        for k in range(math.floor(centre - radius * stretch), math.ceil(centre + radius * stretch) + 1):
            table[i, min(max(k, 0), count - 1)] += weight((k - centre) / stretch)
    return table / table.sum(axis=1, keepdims=True)


Pair = tuple[float, float]


def resample(
    picture: Array, size: tuple[int, int], kernel: str, antialias: bool = True,
    origin: Pair = (0.0, 0.0), step: Pair | None = None,
) -> Array:  # fmt: skip
    """A picture (h, w) or (h, w, c) at `size` (width, height) by a direct sum over the source.

    With a separable kernel an axis that does not change is left alone, also by kernels that would blur it.
    """
    height, width = picture.shape[:2]
    steps = step or (width / size[0], height / size[1])
    if kernel == "ewa_lanczossharp":
        return _polar(picture, size, antialias, origin, steps)
    across = axis_weights(kernel, width, size[0], origin[0], steps[0], antialias)
    down = axis_weights(kernel, height, size[1], origin[1], steps[1], antialias)
    return np.asarray(np.einsum("yk,kx...->yx...", down, np.einsum("xk,yk...->yx...", across, picture)))


def _polar(picture: Array, size: tuple[int, int], antialias: bool, origin: Pair, step: Pair) -> Array:
    height, width = picture.shape[:2]
    sx, sy = (max(1.0, step[0]), max(1.0, step[1])) if antialias else (1.0, 1.0)
    result = np.zeros((size[1], size[0], *picture.shape[2:]))
    for j in range(size[1]):
        for i in range(size[0]):
            cx, cy = origin[0] + (i + 0.5) * step[0] - 0.5, origin[1] + (j + 0.5) * step[1] - 0.5
            total = 0.0
            for y in range(math.floor(cy - EWA_RADIUS * sy), math.ceil(cy + EWA_RADIUS * sy) + 1):
                for x in range(math.floor(cx - EWA_RADIUS * sx), math.ceil(cx + EWA_RADIUS * sx) + 1):
                    weight = ewa_lanczossharp(math.hypot((x - cx) / sx, (y - cy) / sy))
                    total += weight
                    result[j, i] += weight * picture[min(max(y, 0), height - 1), min(max(x, 0), width - 1)]
            result[j, i] /= total
    return result


def chroma_to_luma(plane: Array, size: tuple[int, int], subsampling: tuple[int, int], site: Pair, kernel: str) -> Array:
    """A chroma plane at luma resolution.

    A chroma sample stands for a block of luma pixels and lies `site` luma pixels from the centre of the block.
    """
    sx, sy = subsampling
    origin = (-site[0] / sx if sx > 1 else 0.0, -site[1] / sy if sy > 1 else 0.0)
    step = (1 / sx, 1 / sy)
    if (sx, sy) == (1, 1):
        return plane
    return resample(plane, size, kernel, True, origin, step)


# -- light -----------------------------------------------------------------------------------------------

CONTRAST = 1000.0


def bt1886_to_light(v: Array) -> Array:
    """BT.1886 annex 1 with white 1 and black 1/1000."""
    root_white, root_black = 1.0, (1 / CONTRAST) ** (1 / 2.4)
    a, b = (root_white - root_black) ** 2.4, root_black / (root_white - root_black)
    return np.asarray(a * np.maximum(v + b, 0) ** 2.4)


def light_to_bt1886(light: Array) -> Array:
    """The inverse."""
    root_black = (1 / CONTRAST) ** (1 / 2.4)
    a, b = (1 - root_black) ** 2.4, root_black / (1 - root_black)
    return np.asarray((np.maximum(light, 0) / a) ** (1 / 2.4) - b)


def srgb_to_light(v: Array) -> Array:
    """IEC 61966-2-1."""
    return np.where(v <= 0.04045, v / 12.92, ((np.maximum(v, 0) + 0.055) / 1.055) ** 2.4)


def light_to_srgb(light: Array) -> Array:
    """The inverse."""
    return np.where(light <= 0.0031308, light * 12.92, 1.055 * np.maximum(light, 0) ** (1 / 2.4) - 0.055)


def sigmoid(light: Array) -> Array:
    """Linear [0, 1] onto [0, 1] by the inverse of a logistic curve around 0.75 with slope 6.5."""
    low, high = 1 / (1 + math.exp(6.5 * 0.75)), 1 / (1 + math.exp(-6.5 * 0.25))
    x = np.clip(light, 0, 1) * (high - low) + low
    return np.asarray(0.75 - np.log(1 / x - 1) / 6.5)


def unsigmoid(value: Array) -> Array:
    """The inverse."""
    low, high = 1 / (1 + math.exp(6.5 * 0.75)), 1 / (1 + math.exp(-6.5 * 0.25))
    return np.asarray((1 / (1 + np.exp(6.5 * (0.75 - np.clip(value, 0, 1)))) - low) / (high - low))


# -- HDR -------------------------------------------------------------------------------------------------

WHITE_NITS = 203.0
"""Graphics white of BT.2408."""


def pq_to_nits(v: Array) -> Array:
    """BT.2100 table 4, EOTF."""
    root = np.clip(v, 0, 1) ** (1 / (2523 / 4096 * 128))
    return np.asarray(
        10000 * (np.maximum(root - 3424 / 4096, 0) / (2413 / 4096 * 32 - 2392 / 4096 * 32 * root)) ** (16384 / 2610)
    )


def nits_to_pq(nits: Array | float) -> Array:
    """BT.2100 table 4, inverse EOTF."""
    y = (np.maximum(nits, 0) / 10000) ** (2610 / 16384)
    return np.asarray(((3424 / 4096 + 2413 / 4096 * 32 * y) / (1 + 2392 / 4096 * 32 * y)) ** (2523 / 4096 * 128))


def hlg_to_nits(rgb: Array, peak: float = 1000.0) -> Array:
    """BT.2100 table 5: inverse OETF, then the OOTF of a display with this peak and no black."""
    a = 0.17883277
    b, c = 1 - 4 * a, 0.5 - a * math.log(4 * a)
    scene = np.where(rgb <= 0.5, rgb**2 / 3, (np.exp((rgb - c) / a) + b) / 12)
    y = scene @ np.array([0.2627, 0.6780, 0.0593])
    gamma = 1.2 + 0.42 * math.log10(peak / 1000)
    return np.asarray(peak * np.maximum(y, 1e-12)[..., None] ** (gamma - 1) * scene)


def bt2390(nits: Array, source_peak: float, target_peak: float = WHITE_NITS, target_black: float = 0.0) -> Array:
    """Annex 5 of BT.2390: the EETF between a source without black and a display, on absolute luminance."""
    top = float(nits_to_pq(source_peak))
    e1 = nits_to_pq(np.minimum(nits, source_peak)) / top
    most, least = float(nits_to_pq(target_peak)) / top, float(nits_to_pq(target_black)) / top
    if target_black == 0:
        least = 0.0
    knee = 1.5 * most - 0.5
    t = (e1 - knee) / (1 - knee)
    curve = (2 * t**3 - 3 * t**2 + 1) * knee + (t**3 - 2 * t**2 + t) * (1 - knee) + (-2 * t**3 + 3 * t**2) * most
    e2 = np.where(e1 < knee, e1, curve)
    return pq_to_nits((e2 + least * (1 - e2) ** 4) * top)


BT2020_TO_BT709 = np.array(
    [[1.6605, -0.5876, -0.0728], [-0.1246, 1.1329, -0.0083], [-0.0182, -0.1006, 1.1187]]
)
"""As printed in BT.2407 (four decimals)."""
