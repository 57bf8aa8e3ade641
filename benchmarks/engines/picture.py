"""A rendered picture and the two numbers by which pictures are compared."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Pixels = npt.NDArray[np.uint8]
"""(height, width, 3) R'G'B' codes, top row first."""


@dataclass(frozen=True)
class Picture:
    """What one program made of one source with one shader.

    Attributes:
        pixels: the picture.
        passes: descriptions of the shader passes that ran, in order; None when the program does not tell.
        seconds: wall time of the whole run, start-up and shader compilation included.
    """

    pixels: Pixels
    passes: tuple[str, ...] | None
    seconds: float


@dataclass(frozen=True)
class Agreement:
    """How close two pictures are.

    Attributes:
        psnr: peak signal-to-noise ratio over all channels in dB, infinite for equal pictures.
        largest: largest difference of any sample, in 8-bit codes.
    """

    psnr: float
    largest: int


def compare(first: Pixels, second: Pixels) -> Agreement:
    """Compare two pictures.

    Raises:
        ValueError: the sizes differ.
    """
    if first.shape != second.shape:
        raise ValueError(f"the pictures are {first.shape} and {second.shape}")
    difference = first.astype(np.float64) - second.astype(np.float64)
    mse = float(np.mean(difference**2))
    psnr = math.inf if mse == 0.0 else 10.0 * math.log10(255.0**2 / mse)
    return Agreement(psnr, int(np.abs(difference).max()))
