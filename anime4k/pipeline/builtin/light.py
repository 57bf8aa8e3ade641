"""Linear and sigmoidal light as GLSL statements on `color.rgb`; numbers come from `colour`.

Linear light is relative to SDR white: 1.0 is display white, and 203 cd/m2 for HDR curves.
"""

from __future__ import annotations

import math

from anime4k import colour
from anime4k.colour import Matrix, Transfer
from anime4k.pipeline.builtin.draft import glsl_float as f
from anime4k.pipeline.builtin.draft import glsl_vec

_HLG_LUMA = glsl_vec(Matrix.BT2020.luma_weights)
"""Luminance of BT.2020 primaries, as in BT.2100."""


def linearise(transfer: Transfer) -> str:
    """Statements that turn display- or scene-encoded `color.rgb` into linear light (negatives clipped)."""
    head = "color.rgb = max(color.rgb, 0.0);"
    if transfer is Transfer.LINEAR:
        return head
    if transfer is Transfer.PQ:
        nits = colour.PQ_PEAK_NITS / colour.REFERENCE_WHITE_NITS
        return (
            f"{head} {{ vec3 us_e = pow(min(color.rgb, 1.0), vec3({f(1 / colour.PQ_M2)}));"
            f" color.rgb = {f(nits)} * pow(max(us_e - {f(colour.PQ_C1)}, 0.0)"
            f" / ({f(colour.PQ_C2)} - {f(colour.PQ_C3)} * us_e), vec3({f(1 / colour.PQ_M1)})); }}"
        )
    if transfer is Transfer.HLG:
        peak = colour.HLG_PEAK_NITS / colour.REFERENCE_WHITE_NITS
        return (
            f"{head} {{ vec3 us_lo = color.rgb * color.rgb / 3.0;"
            f" vec3 us_hi = (exp((color.rgb - {f(colour.HLG_C)}) / {f(colour.HLG_A)}) + {f(colour.HLG_B)}) / 12.0;"
            " vec3 us_s = mix(us_hi, us_lo, lessThanEqual(color.rgb, vec3(0.5)));"
            f" float us_y = dot(us_s, {_HLG_LUMA});"
            f" color.rgb = {f(peak)} * pow(max(us_y, 1e-6), {f(colour.HLG_GAMMA - 1)}) * us_s; }}"
        )
    if transfer is Transfer.SRGB:
        return f"{head} {_SRGB_TO_LINEAR}"
    if transfer is Transfer.BT1886:
        black = _bt1886_black()
        return f"{head} color.rgb = pow({f(1 - black)} * color.rgb + {f(black)}, vec3({f(colour.BT1886_GAMMA)}));"
    return f"{head} color.rgb = pow(color.rgb, vec3({f(_gamma(transfer))}));"


def delinearise(transfer: Transfer) -> str:
    """The inverse of `linearise`."""
    head = "color.rgb = max(color.rgb, 0.0);"
    if transfer is Transfer.LINEAR:
        return head
    if transfer is Transfer.HLG:
        peak = colour.HLG_PEAK_NITS / colour.REFERENCE_WHITE_NITS
        return (
            f"{head} {{ float us_y = pow(dot(color.rgb, {_HLG_LUMA}) / {f(peak)}, {f(1 / colour.HLG_GAMMA)});"
            f" vec3 us_s = color.rgb / ({f(peak)} * pow(max(us_y, 1e-6), {f(colour.HLG_GAMMA - 1)}));"
            f" vec3 us_hi = {f(colour.HLG_A)} * log(max(12.0 * us_s - {f(colour.HLG_B)}, 1e-6)) + {f(colour.HLG_C)};"
            " color.rgb = mix(us_hi, sqrt(3.0 * us_s), lessThanEqual(us_s, vec3(1.0 / 12.0))); }"
        )
    if transfer is Transfer.PQ:
        nits = colour.REFERENCE_WHITE_NITS / colour.PQ_PEAK_NITS
        return (
            f"{head} {{ vec3 us_e = pow(min({f(nits)} * color.rgb, 1.0), vec3({f(colour.PQ_M1)}));"
            f" color.rgb = pow(({f(colour.PQ_C1)} + {f(colour.PQ_C2)} * us_e) / (1.0 + {f(colour.PQ_C3)} * us_e),"
            f" vec3({f(colour.PQ_M2)})); }}"
        )
    if transfer is Transfer.SRGB:
        return f"{head} {_LINEAR_TO_SRGB}"
    if transfer is Transfer.BT1886:
        # Light below the display's black, from ringing, is that black: no code is darker.
        black = _bt1886_black()
        return (
            f"color.rgb = {f(1 / (1 - black))} * pow(max(color.rgb, {f(1 / colour.SDR_CONTRAST)}),"
            f" vec3({f(1 / colour.BT1886_GAMMA)})) - {f(black / (1 - black))};"
        )
    return f"{head} color.rgb = pow(color.rgb, vec3({f(1 / _gamma(transfer))}));"


def on_straight(code: str) -> str:
    """Statements that apply `code`, which is not linear, to the straight colour of a premultiplied one.

    Otherwise colour and alpha would be interpolated differently, and half-transparent edges would get a fringe.
    """
    return f"{{ float us_a = max(color.a, 1e-6); color.rgb /= us_a; {code} color.rgb *= us_a; }}"


def _bt1886_black() -> float:
    """b in L = ((1 - b) V + b)^2.4, which is BT.1886 with white 1 and the black of a 1000:1 display."""
    return float((1 / colour.SDR_CONTRAST) ** (1 / colour.BT1886_GAMMA))


def _gamma(transfer: Transfer) -> float:
    return {Transfer.GAMMA22: 2.2, Transfer.GAMMA28: 2.8}[transfer]


# IEC 61966-2-1.
_SRGB_TO_LINEAR = (
    "color.rgb = mix(pow((color.rgb + 0.055) / 1.055, vec3(2.4)), color.rgb / 12.92,"
    " lessThanEqual(color.rgb, vec3(0.04045)));"
)
_LINEAR_TO_SRGB = (
    "color.rgb = mix(1.055 * pow(color.rgb, vec3(1.0 / 2.4)) - 0.055, color.rgb * 12.92,"
    " lessThanEqual(color.rgb, vec3(0.0031308)));"
)


def _sigmoid_constants() -> tuple[float, float]:
    """(offset, scale) so that 0 maps to 0 and 1 to 1."""
    centre, slope = colour.SIGMOID_CENTER, colour.SIGMOID_SLOPE
    offset = 1 / (1 + math.exp(slope * centre))
    return offset, 1 / (1 + math.exp(slope * (centre - 1))) - offset


def sigmoidise() -> str:
    """Statements from linear light in [0,1] to sigmoidal light."""
    offset, scale = _sigmoid_constants()
    return (
        f"color.rgb = {f(colour.SIGMOID_CENTER)} - {f(1 / colour.SIGMOID_SLOPE)}"
        f" * log(1.0 / (clamp(color.rgb, 0.0, 1.0) * {f(scale)} + {f(offset)}) - 1.0);"
    )


def desigmoidise() -> str:
    """The inverse of `sigmoidise`."""
    offset, scale = _sigmoid_constants()
    return (
        f"color.rgb = {f(1 / scale)} / (1.0 + exp({f(colour.SIGMOID_SLOPE * colour.SIGMOID_CENTER)}"
        f" - {f(colour.SIGMOID_SLOPE)} * clamp(color.rgb, 0.0, 1.0))) - {f(offset / scale)};"
    )
