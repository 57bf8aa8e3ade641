"""Colours of old scripts: written for a renderer that treated every video as BT.601.

A script without the line "YCbCr Matrix" (or with "TV.601") was seen by its author through the BT.601 matrix. On a video
with BT.709 its colours must be changed so that they match the picture as they did for the author.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import numpy as np
import numpy.typing as npt

Rgb = tuple[int, int, int]

BT709: Final = 1
_MATRIX_LINE: Final = re.compile(rb"^\s*YCbCr Matrix:\s*(.*?)\s*$", re.IGNORECASE | re.MULTILINE)


def _weights(red: float, blue: float) -> npt.NDArray[np.float64]:
    """RGB to luma and colour differences for the luma weights of BT.601 or BT.709, all in -1 to 1."""
    green = 1 - red - blue
    luma = np.array([red, green, blue])
    return np.stack(
        [luma, (np.array([0, 0, 1]) - luma) / (2 * (1 - blue)), (np.array([1, 0, 0]) - luma) / (2 * (1 - red))]
    )


_FROM_601_TO_709: Final = np.linalg.inv(_weights(0.2126, 0.0722)) @ _weights(0.299, 0.114)


@dataclass(frozen=True)
class Mangling:
    """What is done to the colours of a script.

    Attributes:
        active: whether anything is.
    """

    active: bool

    @classmethod
    def of(cls, header: bytes, matrix: int) -> Mangling:
        """Decide for a script and a video.

        Args:
            header: the script's header.
            matrix: H.273 code of the video's matrix as it is decoded.
        """
        found = _MATRIX_LINE.search(header)
        written = found[1].upper() if found else b""
        return cls(matrix == BT709 and written in (b"", b"TV.601"))

    def apply(self, colour: Rgb) -> Rgb:
        """The colour on the screen for a colour of the script."""
        return _changed(colour) if self.active else colour


@lru_cache(maxsize=4096)
def _changed(colour: Rgb) -> Rgb:
    """Signs have hundreds of bitmaps in few colours, at every frame."""
    red, green, blue = np.clip(np.rint(_FROM_601_TO_709 @ np.array(colour)), 0, 255).astype(int)
    return int(red), int(green), int(blue)
