"""HDR to SDR and wide gamut to BT.709: never show a picture as what it is not."""

from __future__ import annotations

import numpy as np

from anime4k import colour
from anime4k.colour import Chromaticities, Matrix, Primaries, Transfer
from anime4k.media.format import SourceFormat
from anime4k.pipeline.builtin.draft import glsl_float as f
from anime4k.pipeline.builtin.draft import glsl_vec
from anime4k.pipeline.builtin.light import linearise

DEFAULT_PEAK_NITS = 1000.0
"""Mastering peak assumed when the file names none: what most HDR material is graded at."""


def needs_conversion(source: SourceFormat) -> bool:
    """Whether the picture must be converted before an SDR BT.709 display may show it."""
    return source.transfer.is_hdr or source.primaries.is_wide


def target_transfer(source: SourceFormat) -> Transfer:
    """The curve of the picture after conversion: BT.1886 for HDR, unchanged otherwise."""
    return Transfer.BT1886 if source.transfer.is_hdr else source.transfer


def tone_map(source: SourceFormat) -> str:
    """Statements on linear `color.rgb` (1.0 = reference white): compress to SDR by ITU-R BT.2390-10, section 5.4.1.

    The curve works on the largest of R, G, B in PQ space and scales all three alike, so that hue stays. It ends at
    the black of the SDR display, which the curve of that display takes to code 0: shadows are kept, not cut off.
    """
    hlg = source.transfer is Transfer.HLG
    peak = source.max_luminance or (colour.HLG_PEAK_NITS if hlg else DEFAULT_PEAK_NITS)
    peak = max(peak, colour.REFERENCE_WHITE_NITS)
    top = _pq(peak)
    target = _pq(colour.REFERENCE_WHITE_NITS) / top
    black = _pq(colour.REFERENCE_WHITE_NITS / colour.SDR_CONTRAST) / top
    knee = 1.5 * target - 0.5
    nits = colour.REFERENCE_WHITE_NITS / colour.PQ_PEAK_NITS
    code = (
        "{ float us_m = max(max(color.r, color.g), max(color.b, 1e-6));"
        f" float us_p = pow(min({f(nits)} * us_m, 1.0), {f(colour.PQ_M1)});"
        f" us_p = pow(({f(colour.PQ_C1)} + {f(colour.PQ_C2)} * us_p) / (1.0 + {f(colour.PQ_C3)} * us_p),"
        f" {f(colour.PQ_M2)});"
        f" float us_e = min(us_p / {f(top)}, 1.0);"
    )
    if target < 1.0:
        code += (
            f" float us_t = max(us_e - {f(knee)}, 0.0) / {f(1 - knee)}, us_t2 = us_t * us_t, us_t3 = us_t2 * us_t;"
            f" if (us_e > {f(knee)}) us_e = (2.0 * us_t3 - 3.0 * us_t2 + 1.0) * {f(knee)}"
            f" + (us_t3 - 2.0 * us_t2 + us_t) * {f(1 - knee)} + (3.0 * us_t2 - 2.0 * us_t3) * {f(target)};"
        )
    return code + (
        f" float us_b = (1.0 - us_e) * (1.0 - us_e); us_e += {f(black)} * us_b * us_b;"
        f" us_e = pow(us_e * {f(top)}, {f(1 / colour.PQ_M2)});"
        f" float us_l = {f(1 / nits)} * pow(max(us_e - {f(colour.PQ_C1)}, 0.0)"
        f" / ({f(colour.PQ_C2)} - {f(colour.PQ_C3)} * us_e), {f(1 / colour.PQ_M1)});"
        " color.rgb *= us_l / us_m; }"
    )


def to_bt709(primaries: Primaries) -> str:
    """Statements on linear `color.rgb`: convert primaries to BT.709, desaturating just enough to fit.

    What BT.709 cannot show is mixed with grey of the same luminance until no component is below 0 or above 1.
    """
    matrix = primaries_matrix(primaries, Primaries.BT709)
    rows = ", ".join(f"dot(us_c, vec3({', '.join(f(v) for v in row)}))" for row in matrix)
    return (
        f"{{ vec3 us_c = color.rgb; color.rgb = vec3({rows});"
        f" float us_y = max(dot(color.rgb, {glsl_vec(Matrix.BT709.luma_weights)}), 0.0);"
        " float us_low = min(min(color.r, color.g), color.b);"
        " if (us_low < 0.0) color.rgb = mix(vec3(us_y), color.rgb, us_y / max(us_y - us_low, 1e-6));"
        " float us_high = max(max(color.r, color.g), color.b);"
        " if (us_high > 1.0 && us_y < 1.0) color.rgb = mix(vec3(us_y), color.rgb, (1.0 - us_y) / (us_high - us_y)); }"
    )


def conversion(source: SourceFormat, linear: bool) -> str:
    """Statements that make an SDR BT.709 picture, in linear light, of `color.rgb`.

    Args:
        source: what the picture is.
        linear: whether `color.rgb` is already linear.
    """
    code = "" if linear else linearise(source.transfer) + "\n"
    if source.transfer.is_hdr:
        code += tone_map(source) + "\n"
    if source.primaries is not Primaries.BT709 and source.primaries.is_wide:
        code += to_bt709(source.primaries) + "\n"
    return code


def primaries_matrix(source: Primaries, target: Primaries) -> list[list[float]]:
    """The 3x3 matrix between linear RGB of two sets of primaries, white points adapted by Bradford."""
    a, b = source.chromaticities, target.chromaticities
    matrix = np.linalg.inv(_to_xyz(b)) @ _bradford(a.white, b.white) @ _to_xyz(a)
    return [[float(v) for v in row] for row in matrix]


def _xyz(xy: tuple[float, float]) -> np.ndarray:
    x, y = xy
    return np.array([x / y, 1.0, (1 - x - y) / y])


def _to_xyz(c: Chromaticities) -> np.ndarray:
    columns = np.stack([_xyz(c.red), _xyz(c.green), _xyz(c.blue)], axis=1)
    return np.asarray(columns * np.linalg.solve(columns, _xyz(c.white)))


def _bradford(source: tuple[float, float], target: tuple[float, float]) -> np.ndarray:
    cone = np.array([[0.8951, 0.2664, -0.1614], [-0.7502, 1.7135, 0.0367], [0.0389, -0.0685, 1.0296]])
    gain = (cone @ _xyz(target)) / (cone @ _xyz(source))
    return np.asarray(np.linalg.inv(cone) @ np.diag(gain) @ cone)


def _pq(nits: float) -> float:
    y = (nits / colour.PQ_PEAK_NITS) ** colour.PQ_M1
    return float(((colour.PQ_C1 + colour.PQ_C2 * y) / (1 + colour.PQ_C3 * y)) ** colour.PQ_M2)
