"""At which sizes each shader file really does its work, and how long it may take."""

from __future__ import annotations

import fnmatch
from dataclasses import dataclass
from fractions import Fraction


@dataclass(frozen=True)
class Case:
    """One comparison.

    Attributes:
        name: the shader file, or what the chain is called.
        family: the project the shader comes from.
        source: (width, height) of the source.
        size: (width, height) of the output.
        chain: names of the shader files, in order.
        quick: whether the case belongs to the representative part.
        limit: seconds one peer may take.
    """

    name: str
    family: str
    source: tuple[int, int]
    size: tuple[int, int]
    chain: tuple[str, ...]
    quick: bool = False
    limit: float = 120.0


@dataclass(frozen=True)
class _Rule:
    pattern: str
    family: str
    scale: Fraction
    source: tuple[int, int] = (160, 90)
    after: str | None = None
    limit: float = 120.0


OVERSHOOT = "overshoot.glsl"
"""A shader of our own that lies beside this module."""

_ONE, _TWO = Fraction(1), Fraction(2)
_SMALL, _TALL = (100, 60), (192, 1080)

_RULES = (
    _Rule("Anime4K_AutoDownscalePre_x2*", "Anime4K", Fraction(3, 2)),
    _Rule("Anime4K_AutoDownscalePre_x4*", "Anime4K", Fraction(3)),
    # Clamping to the highlights of the source shows when something after it exceeds them.
    _Rule("Anime4K_Clamp_Highlights*", "Anime4K", _ONE, after=OVERSHOOT),
    _Rule("Anime4K_Upscale_*_UL*", "Anime4K", _TWO, source=_SMALL, limit=300),
    _Rule("Anime4K_Upscale_*", "Anime4K", _TWO),
    _Rule("Anime4K_Restore_*UL*", "Anime4K", _ONE, source=_SMALL, limit=300),
    # The reach of these grows with the height of the picture; below 1080 lines they do next to nothing.
    _Rule("Anime4K_Darken_*", "Anime4K", _ONE, _TALL),
    _Rule("Anime4K_Thin_*", "Anime4K", _ONE, _TALL),
    _Rule("Anime4K_*", "Anime4K", _ONE),
    _Rule("ArtCNN_C4F32*", "ArtCNN", _TWO, source=_SMALL, limit=400),
    _Rule("ArtCNN_*", "ArtCNN", _TWO, limit=240),
    _Rule("CAS-scaled*", "CAS", _TWO),
    _Rule("FSRCNNX_*16*", "FSRCNNX", _TWO, source=_SMALL),
    _Rule("FSRCNNX_*", "FSRCNNX", _TWO),
    _Rule("FSR*", "FSR", _TWO),
    _Rule("KrigBilateral*", "KrigBilateral", _ONE),
    _Rule("NVScaler*", "NVScaler", _TWO),
    _Rule("NVSharpen*", "NVSharpen", _ONE),
    _Rule("SSimDownscaler*", "SSimDownscaler", Fraction(3, 5)),
    # Doubling displaces the luma by half a texel; off the exact factor 2 the scaler can put it back.
    _Rule("nnedi3-nns16*", "nnedi3", Fraction(3)),
    _Rule("nnedi3-nns32*", "nnedi3", Fraction(3)),
    _Rule("nnedi3-*", "nnedi3", Fraction(3), source=_SMALL, limit=400),
    _Rule("noise_*", "noise", _ONE),
)

QUICK = (
    "Anime4K_AutoDownscalePre_x4.glsl",
    "Anime4K_Clamp_Highlights.glsl",
    "Anime4K_Darken_VeryFast.glsl",
    "Anime4K_Deblur_Original.glsl",
    "Anime4K_Denoise_Bilateral_Median.glsl",
    "Anime4K_Restore_CNN_S.glsl",
    "Anime4K_Restore_CNN_Soft_M.glsl",
    "Anime4K_Thin_Fast.glsl",
    "Anime4K_Upscale_CNN_x2_M.glsl",
    "Anime4K_Upscale_DTD_x2.glsl",
    "Anime4K_Upscale_Deblur_DoG_x2.glsl",
    "Anime4K_Upscale_Original_x2.glsl",
    "ArtCNN_C4F16.glsl",
    "CAS-scaled.glsl",
    "FSR.glsl",
    "FSRCNNX_x2_8-0-4-1.glsl",
    "KrigBilateral.glsl",
    "NVScaler.glsl",
    "NVSharpen.glsl",
    "SSimDownscaler.glsl",
    "nnedi3-nns16-win8x6.hook",
    "noise_static_luma.hook",
)
"""A third of the files in which every family and every trick of the language occurs."""


def case_of(file: str) -> Case:
    """How to compare this file.

    Raises:
        LookupError: the file belongs to no known family.
    """
    for rule in _RULES:
        if fnmatch.fnmatchcase(file, rule.pattern):
            width, height = rule.source
            size = (int(width * rule.scale), int(height * rule.scale))
            chain = (file, rule.after) if rule.after else (file,)
            return Case(file, rule.family, (width, height), size, chain, file in QUICK, rule.limit)
    raise LookupError(f"no rule says at which size {file} works")


_MODE_A = (
    "Anime4K_Clamp_Highlights.glsl", "Anime4K_Restore_CNN_M.glsl", "Anime4K_Upscale_CNN_x2_M.glsl",
    "Anime4K_AutoDownscalePre_x2.glsl", "Anime4K_AutoDownscalePre_x4.glsl", "Anime4K_Upscale_CNN_x2_S.glsl",
)  # fmt: skip

EXTRA = (
    Case("nnedi3-nns16-win8x6.hook at x2", "nnedi3", (160, 90), (320, 180), ("nnedi3-nns16-win8x6.hook",), True),
    Case("Anime4K mode A (fast) at x2", "chain", (160, 90), (320, 180), _MODE_A, True),
    Case("Anime4K mode A (fast) at x3", "chain", (160, 90), (480, 270), _MODE_A),
    Case("Anime4K mode A (fast) at x4", "chain", (160, 90), (640, 360), _MODE_A),
    Case(
        "FSRCNNX, then CAS at x3", "chain", (160, 90), (480, 270),
        ("FSRCNNX_x2_8-0-4-1.glsl", "CAS-scaled.glsl"), True,
    ),
    Case(
        "FSRCNNX, then SSimDownscaler at x1.5", "chain", (160, 90), (240, 135),
        ("FSRCNNX_x2_8-0-4-1.glsl", "SSimDownscaler.glsl"),
    ),
)  # fmt: skip
"""Chains as they are used, and sizes at which a decision of the language shows."""
