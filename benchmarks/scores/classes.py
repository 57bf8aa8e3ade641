"""What networks are for, how large they may be, and which scores are promised for each."""

from __future__ import annotations

import enum
from dataclasses import dataclass


class Group(enum.Enum):
    """Networks that are scored on the same pictures; the value is the factor by which they enlarge."""

    UPSCALE = 2
    RESTORE = 1


class Flavour(enum.Enum):
    """What a network was trained for: (group, the word in our file names, how official file names begin)."""

    UPSCALE = (Group.UPSCALE, "upscale", "Upscale_CNN_x2_")
    DENOISE = (Group.UPSCALE, "denoise", "Upscale_Denoise_CNN_x2_")
    RESTORE = (Group.RESTORE, "restore", "Restore_CNN_")
    SOFT = (Group.RESTORE, "", "Restore_CNN_Soft_")
    CLEAN = (Group.RESTORE, "clean", "")

    @property
    def group(self) -> Group:
        """On what it is scored."""
        return self.value[0]

    @property
    def word(self) -> str:
        """In names such as "a4k-upscale-cnn-m"; empty where the pack has none."""
        return self.value[1]

    @property
    def official(self) -> str:
        """Start of official names, behind "Anime4K_"; empty where there are none."""
        return self.value[2]


class Size(enum.Enum):
    """Size classes; the value is the budget in multiply-adds per pixel of the source."""

    LITE = 110
    S = 1_000
    M = 2_100
    L = 4_400
    VL = 8_500
    UL = 17_500


class Condition(enum.Enum):
    """What was done to a picture before a network gets it: (key, group, head of a column, in words)."""

    MEAN = ("mean", Group.UPSCALE, "2x2 mean", "halved by the mean of 2x2 pixels")
    CUBIC = ("cubic", Group.UPSCALE, "bicubic", "halved with Catmull and Rom's cubic")
    LANCZOS = ("lanczos", Group.UPSCALE, "lanczos", "halved with lanczos of three lobes")
    MITCHELL = ("mitchell", Group.UPSCALE, "Mitchell", "halved with Mitchell and Netravali's cubic")
    TRIANGLE = ("triangle", Group.UPSCALE, "triangle", "halved bilinearly, anti-aliased")
    MEAN_JPEG = ("mean-jpeg-75", Group.UPSCALE, "JPEG 75", "halved by the mean, then JPEG of quality 75")
    MEAN_CRF23 = ("mean-x264-23", Group.UPSCALE, "x264 23", "halved by the mean, then H.264 at crf 23")
    CLEAN = ("clean", Group.RESTORE, "clean", "as it is")
    TWO_THIRDS = ("two-thirds", Group.RESTORE, "2/3 bicubic", "bicubic to 2/3 and back")
    FOUR_FIFTHS = ("four-fifths", Group.RESTORE, "4/5 bilinear", "bicubic to 4/5, bilinear back")
    RINGING = ("ringing", Group.RESTORE, "ringing", "lanczos to 2/3 and back, then unsharp masking")
    JPEG = ("jpeg-75", Group.RESTORE, "JPEG 75", "JPEG of quality 75")
    CRF20 = ("x264-20", Group.RESTORE, "x264 20", "H.264 at crf 20")
    CRF28 = ("x264-28", Group.RESTORE, "x264 28", "H.264 at crf 28")
    CRF20_EXACT = ("x264-20-exact", Group.RESTORE, "x264 20 exact", "H.264 at crf 20, made RGB exactly as players do")
    CRF28_EXACT = ("x264-28-exact", Group.RESTORE, "x264 28 exact", "H.264 at crf 28, made RGB exactly as players do")

    @property
    def key(self) -> str:
        """In files of results."""
        return self.value[0]

    @property
    def group(self) -> Group:
        """Whose pictures it makes."""
        return self.value[1]

    @property
    def head(self) -> str:
        """Head of a column."""
        return self.value[2]

    @property
    def words(self) -> str:
        """What is done."""
        return self.value[3]

    @classmethod
    def of(cls, group: Group) -> tuple[Condition, ...]:
        """The conditions of a group, in order."""
        return tuple(condition for condition in cls if condition.group is group)


class Against(enum.Enum):
    """What a promised score is counted from; the value is how a sentence names it."""

    ZERO = ""
    INPUT = "the input"
    SOFT = "the official Soft file of its class"
    TWIN = "the neutral network of its class"


@dataclass(frozen=True)
class Target:
    """A promise about the mean luma PSNR over the pictures.

    Attributes:
        condition: on which pictures.
        must: dB above `against`.
        goal: likewise, or None where reaching `must` is all.
        against: what `must` and `goal` are counted from.
    """

    condition: Condition
    must: float
    goal: float | None = None
    against: Against = Against.ZERO


_UPSCALE = {
    Size.LITE: Target(Condition.MEAN, 31.9, 32.1),
    Size.S: Target(Condition.MEAN, 32.5, 32.75),
    Size.M: Target(Condition.MEAN, 33.2, 33.4),
    Size.L: Target(Condition.MEAN, 33.5, 33.7),
    Size.VL: Target(Condition.MEAN, 33.9, 34.1),
    Size.UL: Target(Condition.MEAN, 34.2, 34.4),
}
_DENOISE = (
    Target(Condition.MEAN, -0.15, against=Against.TWIN),
    Target(Condition.MEAN_JPEG, 0.3, against=Against.TWIN),
    Target(Condition.MEAN_CRF23, 0.3, against=Against.TWIN),
)
_RESTORE = (
    Target(Condition.CLEAN, 38.5, 41.0),
    Target(Condition.TWO_THIRDS, 0.0, against=Against.SOFT),
    Target(Condition.FOUR_FIFTHS, 0.0, against=Against.SOFT),
)
_CLEAN = (
    Target(Condition.CLEAN, 44.0),
    Target(Condition.RINGING, 0.5, against=Against.INPUT),
    Target(Condition.JPEG, 0.3, against=Against.INPUT),
    Target(Condition.CRF20, 0.0, against=Against.INPUT),
    Target(Condition.CRF28, 0.3, against=Against.INPUT),
)


def targets(flavour: Flavour, size: Size) -> tuple[Target, ...]:
    """What our network of a flavour and class has to reach."""
    match flavour:
        case Flavour.UPSCALE:
            return (_UPSCALE[size],)
        case Flavour.DENOISE:
            return _DENOISE
        case Flavour.RESTORE:
            return _RESTORE
        case Flavour.CLEAN:
            return _CLEAN
        case Flavour.SOFT:
            return ()
