"""At which sizes each shader file really does its work, and how long it may take."""

from __future__ import annotations

import fnmatch
from dataclasses import dataclass
from fractions import Fraction


@dataclass(frozen=True)
class Case:
    """One comparison.

    Attributes:
        file: name of the shader file.
        family: the project the shader comes from.
        source: (width, height) of the source.
        size: (width, height) of the output.
        visible: whether a working shader must change the picture; False where it replaces the plain scaling
            by the same scaling, so that only the list of passes can show that it ran.
        quick: whether the case belongs to the representative part.
        limit: seconds one peer may take.
    """

    file: str
    family: str
    source: tuple[int, int]
    size: tuple[int, int]
    visible: bool = True
    quick: bool = False
    limit: float = 120.0


@dataclass(frozen=True)
class _Rule:
    pattern: str
    family: str
    scale: Fraction
    heavy: bool = False
    visible: bool = True
    limit: float = 120.0


_ONE, _TWO = Fraction(1), Fraction(2)

_RULES = (
    # Between 1.2 and 2 this one resizes MAIN to the output, exactly what the plain scaler would do.
    _Rule("Anime4K_AutoDownscalePre_x2*", "Anime4K", Fraction(3, 2), visible=False),
    _Rule("Anime4K_AutoDownscalePre_x4*", "Anime4K", Fraction(3)),
    _Rule("Anime4K_Upscale_*_UL*", "Anime4K", _TWO, heavy=True, limit=300),
    _Rule("Anime4K_Upscale_*", "Anime4K", _TWO),
    _Rule("Anime4K_Restore_*UL*", "Anime4K", _ONE, heavy=True, limit=300),
    _Rule("Anime4K_*", "Anime4K", _ONE),
    _Rule("ArtCNN_C4F32*", "ArtCNN", _TWO, heavy=True, limit=400),
    _Rule("ArtCNN_*", "ArtCNN", _TWO, limit=240),
    _Rule("CAS-scaled*", "CAS", _TWO),
    _Rule("FSRCNNX_*16*", "FSRCNNX", _TWO, heavy=True),
    _Rule("FSRCNNX_*", "FSRCNNX", _TWO),
    _Rule("FSR*", "FSR", _TWO),
    _Rule("KrigBilateral*", "KrigBilateral", _ONE),
    _Rule("NVScaler*", "NVScaler", _TWO),
    _Rule("NVSharpen*", "NVSharpen", _ONE),
    _Rule("SSimDownscaler*", "SSimDownscaler", Fraction(3, 5)),
    _Rule("nnedi3-nns16*", "nnedi3", _TWO),
    # Off the exact factor the half texel by which the shader displaces the luma must be scaled away.
    _Rule("nnedi3-nns32*", "nnedi3", Fraction(3)),
    _Rule("nnedi3-*", "nnedi3", _TWO, heavy=True, limit=400),
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
            width, height = (100, 60) if rule.heavy else (160, 90)
            size = (int(width * rule.scale), int(height * rule.scale))
            quick = file in QUICK
            return Case(file, rule.family, (width, height), size, rule.visible, quick, rule.limit)
    raise LookupError(f"no rule says at which size {file} works")
