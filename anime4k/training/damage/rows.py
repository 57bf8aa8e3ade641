"""The seven fixed damages that networks of one size are scored on, and two of them without FFmpeg's colour error.

They are the same for every network, have no random part, and are no part of any recipe. The codec sees a picture
that stands still for some frames, as drawings do; what is judged is the last of them.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from anime4k.colour import Matrix
from anime4k.media.roundtrip import Codec, CodedFrame, roundtrip
from anime4k.quality.resample import Kernel
from anime4k.training.damage import filters
from anime4k.training.damage.resample import round_trip
from anime4k.training.damage.window import jpeg, rounded

Codes = npt.NDArray[np.uint8]

FRAMES = 5
"""For how many frames the picture stands still."""
UNSHARP_AMOUNT, UNSHARP_SIGMA = 0.45, 1.5


@dataclass(frozen=True)
class Row:
    """A row of the table of scores.

    Attributes:
        name: its head.
        make: the damaged picture of a clean one, both 8-bit RGB; an odd last line or column may be cut off.
    """

    name: str
    make: Callable[[Codes], Codes]


def _clean(picture: Codes) -> Codes:
    return picture


def _production(picture: Codes, factor: float, down: Kernel, up: Kernel) -> Codes:
    return rounded(round_trip(picture.astype(np.float32), factor, factor, down, up))


def _ringing(picture: Codes) -> Codes:
    scaled = _production(picture, 2 / 3, Kernel.LANCZOS3, Kernel.LANCZOS3)
    return rounded(filters.unsharp(scaled.astype(np.float32), UNSHARP_AMOUNT, UNSHARP_SIGMA))


def _x264(picture: Codes, crf: int) -> CodedFrame:
    even = picture[: picture.shape[0] // 2 * 2, : picture.shape[1] // 2 * 2]
    options = (("crf", str(crf)), ("preset", "medium"))
    return roundtrip([even] * FRAMES, Codec.X264, options, Matrix.BT601)[-1]


ROWS: tuple[Row, ...] = (
    Row("clean", _clean),
    Row("bicubic to 2/3 and back", lambda picture: _production(picture, 2 / 3, *[Kernel.CATMULL_ROM] * 2)),
    Row(
        "bicubic to 0.8, bilinear back", lambda picture: _production(picture, 0.8, Kernel.CATMULL_ROM, Kernel.TRIANGLE)
    ),
    Row("lanczos to 2/3 and back + unsharp", _ringing),
    Row("JPEG 75", lambda picture: jpeg(picture, 75, full_chroma=False)),
    Row("x264 crf 20", lambda picture: _x264(picture, 20).quick_picture),
    Row("x264 crf 28", lambda picture: _x264(picture, 28).quick_picture),
)
"""Video frames become RGB as FFmpeg's tools do it by default, which costs as much as crf 20 does."""

EXACT_ROWS: tuple[Row, ...] = (
    Row("x264 crf 20, exact colours", lambda picture: _x264(picture, 20).picture),
    Row("x264 crf 28, exact colours", lambda picture: _x264(picture, 28).picture),
)
"""The same frames as a player shows them."""
