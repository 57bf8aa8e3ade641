"""One picture subtitle: what the readers of bitmap tracks yield."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Rgba = npt.NDArray[np.uint8]
"""(h, w, 4) of premultiplied red, green, blue and alpha."""


@dataclass(frozen=True, eq=False)
class BitmapEvent:
    """Pictures shown together for a while.

    Attributes:
        start: seconds on the file's own clock.
        end: seconds; infinite while nothing has ended the picture yet.
        pictures: (x, y, rgba) in canvas pixels from the top-left corner, in drawing order.
        canvas: (width, height) of the plane on which the pictures lie; it covers the whole video.
        forced: to be shown even when subtitles are not asked for.
    """

    start: float
    end: float
    pictures: tuple[tuple[int, int, Rgba], ...]
    canvas: tuple[int, int]
    forced: bool = False
