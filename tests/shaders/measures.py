"""What several tests of the shaders draw and measure in the same way."""

from __future__ import annotations

import numpy as np
from PIL import Image, ImageDraw

WEIGHTS = np.array([0.299, 0.587, 0.114])
"""Of red, green and blue in the brightness, as in the shaders."""

SMALL = (120, 80)
"""Half the size of `cel_drawing`."""

DOUBLE = (240, 160)
"""The size of `cel_drawing`."""


def luma(picture: np.ndarray) -> np.ndarray:
    """Brightness (h, w) of codes (h, w, 3 or 4)."""
    return np.asarray(picture[..., :3].astype(float) @ WEIGHTS)


def psnr(first: np.ndarray, second: np.ndarray) -> float:
    """Of arrays of 8-bit codes in dB; infinite for equal ones."""
    mse = float(np.mean((first.astype(float) - second.astype(float)) ** 2))
    return float(10 * np.log10(255**2 / mse)) if mse else float("inf")


def luma_psnr(first: np.ndarray, second: np.ndarray) -> float:
    """Of the brightness of 8-bit pictures in dB; infinite for equal ones."""
    return psnr(luma(first), luma(second))


def halved(picture: np.ndarray) -> np.ndarray:
    """Means of 2x2 pixels, rounded."""
    sums = picture.astype(int).reshape(picture.shape[0] // 2, 2, picture.shape[1] // 2, 2, 3).sum((1, 3))
    return np.asarray((sums + 2) // 4, np.uint8)


def neighbourhood(picture: np.ndarray, reach: int = 1) -> tuple[np.ndarray, np.ndarray]:
    """Smallest and largest value of every colour within this many pixels of each: 1 means 3x3 pixels."""
    padded = np.pad(picture, ((reach, reach), (reach, reach), (0, 0)), mode="edge")
    height, width = picture.shape[:2]
    side = 2 * reach + 1
    around = np.stack([padded[y : y + height, x : x + width] for y in range(side) for x in range(side)])
    return around.min(0), around.max(0)


def doubled(picture: np.ndarray) -> np.ndarray:
    """Every pixel four times."""
    return picture.repeat(2, 0).repeat(2, 1)


def cel_drawing() -> np.ndarray:
    """A drawing of size `DOUBLE`: flat colours, ink lines of many widths and slopes, thin light strands."""
    fine = 8
    image = Image.new("RGB", (DOUBLE[0] * fine, DOUBLE[1] * fine), (236, 160, 140))
    draw = ImageDraw.Draw(image)
    draw.ellipse((100, 60, 900, 1100), fill=(52, 92, 138), outline=(40, 24, 48), width=20)
    draw.polygon([(1100, 80), (1800, 500), (1200, 1100)], fill=(255, 226, 204), outline=(40, 24, 48), width=14)
    for number in range(9):
        draw.line((100 + 200 * number, 0, 300 + 150 * number, 1280), fill=(40, 24, 48), width=8 + 2 * number)
        draw.line((200, 150 + 90 * number, 1000, 200 + 100 * number), fill=(250, 250, 230), width=6 + number)
    return np.asarray(image.resize(DOUBLE, Image.Resampling.BOX))
