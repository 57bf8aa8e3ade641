"""What the user may choose about rendering, as frozen data; a plan is a function of it."""

from __future__ import annotations

import enum
from dataclasses import dataclass

from anime4k.colour import ChromaSite, Matrix, Range
from anime4k.hooks.compat import Compat
from anime4k.hooks.form import Form


class Scaler(enum.Enum):
    """The resampling kernels; the value is the name on the command line."""

    BILINEAR = "bilinear"
    BICUBIC = "bicubic"
    MITCHELL = "mitchell"
    CATMULL_ROM = "catmull_rom"
    LANCZOS = "lanczos"
    SPLINE36 = "spline36"
    EWA_LANCZOSSHARP = "ewa_lanczossharp"


class Light(enum.Enum):
    """In what values pictures are scaled."""

    LINEAR = "linear"
    """Enlarged in sigmoidal light, which rings less, made smaller in linear light."""
    DISPLAY = "display"
    """As they are stored."""


class Dither(enum.Enum):
    """How values between two codes of the output are spread over pixels."""

    NONE = "none"
    """Round to nearest."""
    ORDERED = "ordered"
    """An 8x8 ordered pattern: deterministic, never more than one code away."""


@dataclass(frozen=True, kw_only=True)
class RenderSettings:
    """Everything about the built-in stages that can be chosen.

    Attributes:
        scaler: kernel of the main scaler, both directions.
        chroma_scaler: kernel that brings chroma to luma resolution; None = `scaler`.
        sigmoid: upscale SDR in sigmoidal light (less ringing).
        linear_downscale: downscale in linear light.
        antialias: widen the kernel when downscaling.
        dither: how the output is quantised.
        strength: 1 = the whole shader chain, 0 = the plain scaler, between = blend.
        compat: user-shader semantics.
        float32: keep intermediates in 32-bit floats instead of 16-bit.
        rgb_as_yuv: show RGB sources to luma and chroma passes as unquantised limited-range BT.709 4:4:4.
        seed: seed of the `random` uniform.
        no_rewrites: what makes frames cheaper and is to be left out: names of plan rewrites (`rewrites.REWRITES`), and
            `reuse.REUSE`.
        reuse_threshold: by how many 8-bit codes samples may differ from what was drawn without being drawn again.
        form: which form draws of files that exist in two; plans do not depend on it, only the files they are made of.
    """

    scaler: Scaler = Scaler.LANCZOS
    chroma_scaler: Scaler | None = None
    sigmoid: bool = True
    linear_downscale: bool = True
    antialias: bool = True
    dither: Dither = Dither.ORDERED
    strength: float = 1.0
    compat: Compat = Compat.NEXT
    float32: bool = False
    rgb_as_yuv: bool = False
    seed: int = 0
    no_rewrites: frozenset[str] = frozenset()
    reuse_threshold: float = 0.0
    form: Form = Form.AUTO


DEFAULT_SETTINGS = RenderSettings()
"""What the renderer does when nothing is chosen."""


@dataclass(frozen=True, kw_only=True)
class OutputFormat:
    """What comes out of the last step.

    Attributes:
        depth: bits per sample; 8 is stored in bytes, 9 to 16 in the low bits of 16-bit words.
        alpha: whether RGB output carries straight alpha in a fourth channel.
        matrix: `Matrix.RGB` for one packed RGB(A) plane, otherwise planar Y'CbCr (three planes).
        range: code range of Y'CbCr output.
        subsampling: (x, y) chroma subsampling of Y'CbCr output.
        chroma_site: where the chroma samples of Y'CbCr output lie.
    """

    depth: int = 8
    alpha: bool = False
    matrix: Matrix = Matrix.RGB
    range: Range = Range.FULL
    subsampling: tuple[int, int] = (1, 1)
    chroma_site: ChromaSite = ChromaSite.LEFT


RGB8 = OutputFormat()
"""One packed 8-bit RGB plane (stored as RGBA with alpha 1)."""
