"""What a recipe of damage is: the histories a picture may have, with all their odds, as plain data."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeVar

import numpy as np

from anime4k.media.roundtrip import Codec
from anime4k.quality.resample import Kernel

T = TypeVar("T")
Odds = tuple[tuple[float, T], ...]
"""(weight, choice) pairs; the weights need not add up to 1."""


@dataclass(frozen=True)
class Range:
    """Numbers that are drawn with equal odds between two bounds."""

    low: float
    high: float

    def draw(self, random: np.random.Generator) -> float:
        """A number of the range."""
        return float(random.uniform(self.low, self.high))


@dataclass(frozen=True)
class Resample:
    """Production at a smaller size: scaled down and up again.

    Attributes:
        factors: small size by full size.
        down: kernels of the way down, stretched by the ratio.
        up: kernels of the way up.
        one_axis: odds that only the width was smaller, as on an anamorphic disc.
    """

    factors: Odds[Range]
    down: Odds[Kernel]
    up: Odds[Kernel]
    one_axis: float = 0.0


@dataclass(frozen=True)
class Blur:
    """A Gaussian; `uneven` are the odds that each axis has its own standard deviation (in pixels)."""

    sigma: Range
    uneven: float


@dataclass(frozen=True)
class Ringing:
    """Halos: a Lanczos round trip, an unsharp mask, or both.

    Attributes:
        round_trip: odds of the round trip; a mask follows surely where there is none.
        factor: small size by full size in the round trip.
        mask: odds of the mask after a round trip.
        amount: of the mask.
        sigma: of the mask's blur, in pixels.
    """

    round_trip: float
    factor: Range
    mask: float
    amount: Range
    sigma: Range


@dataclass(frozen=True)
class Grain:
    """Noise in luma that is new in every frame; `sigma` in codes, `coarse` are the odds of a low-pass."""

    sigma: Range
    coarse: float


Damage = Resample | Blur | Ringing | Grain


@dataclass(frozen=True)
class Look:
    """One history: damages in order, and the odds that a codec comes last."""

    name: str
    damages: tuple[Damage, ...]
    codec: float


@dataclass(frozen=True)
class Jpeg:
    """A still picture's codec; `full_chroma` are the odds of 4:4:4 instead of 4:2:0."""

    quality: Range
    full_chroma: float


@dataclass(frozen=True)
class Video:
    """A video codec.

    Attributes:
        codec: which.
        option: the name of its constant-quality option.
        quality: values of that option, drawn as whole numbers.
        presets: its speed presets, equally likely; none for codecs without presets.
        tune: odds of its tuning for animation.
        fixed: further options.
    """

    codec: Codec
    option: str
    quality: Range
    presets: tuple[str, ...] = ()
    tune: float = 0.0
    fixed: tuple[tuple[str, str], ...] = ()


Compression = Jpeg | Video


@dataclass(frozen=True)
class Halving:
    """How the small picture of a doubler's pair is made, before anything else happens to it.

    Attributes:
        kernels: `BOX` is the mean of each 2x2 block, rounded half up.
        blurred: odds of a blur before it.
        sigma: of that blur, in pixels of the large picture.
    """

    kernels: Odds[Kernel]
    blurred: float
    sigma: Range


@dataclass(frozen=True)
class Recipe:
    """A mix of histories.

    Attributes:
        name: on the command line and in records.
        summary: one sentence.
        halving: for pairs whose damaged picture has half the size; None for pairs of one size.
        looks: the histories.
        codecs: what compresses where a history ends in a codec.
        bt601: odds that a video codec sees BT.601 instead of BT.709; MPEG-2 always sees BT.601.
    """

    name: str
    summary: str
    halving: Halving | None
    looks: Odds[Look]
    codecs: Odds[Compression]
    bt601: float = 0.2

    @property
    def scale(self) -> int:
        """Clean size by damaged size."""
        return 2 if self.halving else 1


def draw(odds: Odds[T], random: np.random.Generator) -> T:
    """One of the choices, by weight."""
    weights = np.array([weight for weight, _ in odds])
    return odds[int(random.choice(len(odds), p=weights / weights.sum()))][1]
