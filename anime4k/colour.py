"""Colour numbers: the only place in the project that knows them.

Codes are those of ITU-T H.273, which FFmpeg uses as well. Everything else (shaders, readers, writers)
asks these enums; GLSL receives the numbers as generated constants.
"""

from __future__ import annotations

import enum
from dataclasses import dataclass
from typing import TypeVar

_Enum = TypeVar("_Enum", bound=enum.Enum)


class _Coded(enum.Enum):
    """A value with the number that files carry first and its name for people last."""

    @property
    def code(self) -> int:
        """The number in files: ITU-T H.273, or FFmpeg's for range and chroma location."""
        return int(self.value[0])

    @property
    def label(self) -> str:
        """The name that people know."""
        return str(self.value[-1])


class Matrix(_Coded):
    """How R'G'B' became Y'CbCr: (H.273 code, Kr, Kb, name for people)."""

    RGB = (0, 0.0, 0.0, "RGB")
    BT709 = (1, 0.2126, 0.0722, "BT.709")
    BT601 = (5, 0.299, 0.114, "BT.601")
    SMPTE240M = (7, 0.2122, 0.0865, "SMPTE 240M")
    BT2020 = (9, 0.2627, 0.0593, "BT.2020 non-constant luminance")

    @property
    def kr(self) -> float:
        """Weight of R' in Y'."""
        return self.value[1]

    @property
    def kb(self) -> float:
        """Weight of B' in Y'."""
        return self.value[2]

    @property
    def luma_weights(self) -> tuple[float, float, float]:
        """Weights of R, G and B in luma; they add up to 1."""
        return (self.kr, 1 - self.kr - self.kb, self.kb)

    @classmethod
    def from_code(cls, code: int) -> Matrix | None:
        """The matrix for an H.273 code, or None when unspecified or unknown."""
        return _by_code(cls, 5 if code in (5, 6) else code)


class Range(_Coded):
    """Which codes are black and white."""

    LIMITED = (1, "limited")
    FULL = (2, "full")

    @classmethod
    def from_code(cls, code: int) -> Range | None:
        """The range for FFmpeg's code, or None when unspecified."""
        return _by_code(cls, code)


class Transfer(_Coded):
    """How light became code values: (H.273 code, name for people)."""

    BT1886 = (1, "BT.1886")
    GAMMA22 = (4, "gamma 2.2")
    GAMMA28 = (5, "gamma 2.8")
    LINEAR = (8, "linear")
    SRGB = (13, "sRGB")
    PQ = (16, "PQ")
    HLG = (18, "HLG")

    @property
    def is_hdr(self) -> bool:
        """Whether the picture needs tone mapping on an SDR display."""
        return self in (Transfer.PQ, Transfer.HLG)

    @classmethod
    def from_code(cls, code: int) -> Transfer | None:
        """The transfer for an H.273 code, or None when unspecified or unknown."""
        return _by_code(cls, 1 if code in (1, 6, 7, 14, 15) else code)


@dataclass(frozen=True)
class Chromaticities:
    """CIE 1931 xy of the primaries and the white point."""

    red: tuple[float, float]
    green: tuple[float, float]
    blue: tuple[float, float]
    white: tuple[float, float]


_D65 = (0.3127, 0.3290)
_DCI_WHITE = (0.314, 0.351)


class Primaries(_Coded):
    """Which lights R, G and B are: (H.273 code, chromaticities, name for people)."""

    BT709 = (1, Chromaticities((0.640, 0.330), (0.300, 0.600), (0.150, 0.060), _D65), "BT.709")
    BT470M = (4, Chromaticities((0.67, 0.33), (0.21, 0.71), (0.14, 0.08), (0.310, 0.316)), "BT.470M")
    BT601_625 = (5, Chromaticities((0.640, 0.330), (0.290, 0.600), (0.150, 0.060), _D65), "BT.601 625")
    BT601_525 = (6, Chromaticities((0.630, 0.340), (0.310, 0.595), (0.155, 0.070), _D65), "BT.601 525")
    BT2020 = (9, Chromaticities((0.708, 0.292), (0.170, 0.797), (0.131, 0.046), _D65), "BT.2020")
    DCI_P3 = (11, Chromaticities((0.680, 0.320), (0.265, 0.690), (0.150, 0.060), _DCI_WHITE), "DCI-P3")
    DISPLAY_P3 = (12, Chromaticities((0.680, 0.320), (0.265, 0.690), (0.150, 0.060), _D65), "Display P3")

    @property
    def chromaticities(self) -> Chromaticities:
        """xy coordinates of the primaries and the white point."""
        return self.value[1]

    @property
    def is_wide(self) -> bool:
        """Whether the gamut is clearly wider than BT.709, so that showing it unconverted looks wrong."""
        return self in (Primaries.BT2020, Primaries.DCI_P3, Primaries.DISPLAY_P3, Primaries.BT470M)

    @classmethod
    def from_code(cls, code: int) -> Primaries | None:
        """The primaries for an H.273 code, or None when unspecified or unknown."""
        return _by_code(cls, 6 if code in (6, 7) else code)


class ChromaSite(_Coded):
    """Where a chroma sample lies, in luma pixels from the centre of its luma block: (code, x, y, name).

    The code is FFmpeg's AVChromaLocation; the offsets are those of the shader language
    (-0.5 left or top, 0 centre, +0.5 bottom).
    """

    LEFT = (1, -0.5, 0.0, "left")
    CENTER = (2, 0.0, 0.0, "center")
    TOPLEFT = (3, -0.5, -0.5, "topleft")
    TOP = (4, 0.0, -0.5, "top")
    BOTTOMLEFT = (5, -0.5, 0.5, "bottomleft")
    BOTTOM = (6, 0.0, 0.5, "bottom")

    @property
    def offset(self) -> tuple[float, float]:
        """(x, y) in luma pixels."""
        return (self.value[1], self.value[2])

    @classmethod
    def from_code(cls, code: int) -> ChromaSite | None:
        """The chroma location for FFmpeg's code, or None when unspecified."""
        return _by_code(cls, code)


def _by_code(cls: type[_Enum], code: int) -> _Enum | None:
    return next((member for member in cls if member.value[0] == code), None)


# -- constants of the light curves -------------------------------------------------------------------

REFERENCE_WHITE_NITS = 203.0
"""Luminance of graphics white in HDR pictures; linear 1.0 in our pipeline (ITU-R BT.2408)."""

PQ_PEAK_NITS = 10000.0
PQ_M1 = 2610 / 16384
PQ_M2 = 2523 / 4096 * 128
PQ_C1 = 3424 / 4096
PQ_C2 = 2413 / 4096 * 32
PQ_C3 = 2392 / 4096 * 32
"""SMPTE ST 2084 constants."""

HLG_A = 0.17883277
HLG_B = 1 - 4 * HLG_A
HLG_C = 0.55991073
HLG_PEAK_NITS = 1000.0
HLG_GAMMA = 1.2
"""ITU-R BT.2100 HLG constants; the system gamma is that of a 1000 cd/m2 display."""

BT1886_GAMMA = 2.4
SDR_CONTRAST = 1000.0
"""BT.1886 display: exponent and contrast ratio (black = 1/1000 of white)."""

SIGMOID_CENTER = 0.75
SIGMOID_SLOPE = 6.5
"""Sigmoidal light used for upscaling: it squeezes ringing near black and white."""
