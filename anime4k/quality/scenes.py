"""Drawn scenes whose exact picture is known, as unrounded floats: gradients, blurred lights, line fans, flat shapes.

Every scene is an array of shape (height, width, 3) in RGB codes 0..255. Shapes are anti-aliased analytically: a
pixel's coverage is a linear ramp, one pixel wide, of its centre's distance from the outline.
"""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import numpy.typing as npt

Picture = npt.NDArray[np.float64]
Pixels = npt.NDArray[np.uint8]
Colour = tuple[float, float, float]

INK: Colour = (40.0, 24.0, 48.0)
SKIN: Colour = (250.0, 222.0, 204.0)
SKIN_SHADE: Colour = (230.0, 184.0, 172.0)


def rounded(picture: npt.NDArray[np.floating]) -> Pixels:
    """A picture in whole codes, clipped to 0..255."""
    result: Pixels = np.clip(np.rint(picture), 0, 255).astype(np.uint8)
    return result


def halved(picture: Picture) -> Picture:
    """The mean of each 2x2 block; both sides are even."""
    height, width = picture.shape[0] // 2, picture.shape[1] // 2
    result: Picture = picture.reshape(height, 2, width, 2, -1).mean((1, 3))
    return result


def noisy(picture: npt.NDArray[np.generic], sigma: float, seed: int) -> Pixels:
    """A picture plus Gaussian noise, independent in every sample, in whole codes."""
    noise = np.random.default_rng(seed).normal(0.0, sigma, picture.shape)
    return rounded(np.asarray(picture, np.float64) + noise)


def grid(width: int, height: int) -> tuple[Picture, Picture]:
    """x and y of the pixel centres, from 0 to 1 over the longer side."""
    longer = max(width, height)
    x, y = np.meshgrid((np.arange(width) + 0.5) / longer, (np.arange(height) + 0.5) / longer)
    return x, y


def between(first: Colour, second: Colour, weight: Picture) -> Picture:
    """Two colours mixed; weight 0 is the first."""
    share = np.clip(weight, 0.0, 1.0)[..., None]
    result: Picture = np.asarray(first) * (1 - share) + np.asarray(second) * share
    return result


def laid_over(picture: Picture, colour: Colour, coverage: Picture) -> Picture:
    """A picture under a colour that covers each pixel by 0..1."""
    share = np.clip(coverage, 0.0, 1.0)[..., None]
    result: Picture = picture * (1 - share) + np.asarray(colour) * share
    return result


def gradients(width: int, height: int) -> Picture:
    """Four soft gradients in quarters: evening sky, glow in the dark, skin, and a dark wall; no edges inside them."""
    half_width, half_height = width // 2, height // 2
    x, y = grid(width - half_width, height - half_height)
    across, down = x / x.max(), y / y.max()
    sky = between((96, 132, 190), (150, 160, 186), down**1.5)
    distance = np.hypot(across - 0.5, down - 0.5)
    glow = between((84, 60, 40), (20, 18, 30), 1 - np.exp(-((distance / 0.35) ** 2)))
    skin = between(SKIN, SKIN_SHADE, 0.5 + 0.5 * np.sin(2.2 * across + 1.3 * down - 1.0))
    wall = between((16, 18, 24), (30, 34, 44), 0.6 * across + 0.4 * down)
    result = np.empty((height, width, 3))
    result[:half_height, :half_width] = sky[:half_height, :half_width]
    result[:half_height, half_width:] = glow[:half_height, :]
    result[half_height:, :half_width] = skin[:, :half_width]
    result[half_height:, half_width:] = wall
    return result


def bokeh(width: int, height: int, seed: int = 1) -> Picture:
    """Out-of-focus lights: translucent discs with soft rims over a dark gradient."""
    random = np.random.default_rng(seed)
    x, y = grid(width, height)
    result = between((34, 28, 52), (70, 52, 66), y / y.max())
    for _ in range(24):
        centre = random.random(2) * (x.max(), y.max())
        radius, rim = random.uniform(0.03, 0.10), random.uniform(0.008, 0.02)
        colour = tuple(random.uniform(120, 255, 3))
        distance = np.hypot(x - centre[0], y - centre[1])
        coverage = 1 / (1 + np.exp((distance - radius) / (rim / 4)))
        result = laid_over(result, colour, coverage * random.uniform(0.25, 0.6))
    return result


def line(x: Picture, y: Picture, start: tuple[float, float], end: tuple[float, float], width: float) -> Picture:
    """Coverage of a straight line with round ends; all distances in pixels."""
    along = np.subtract(end, start)
    length = max(float(np.hypot(*along)), 1e-9)
    share = np.clip(((x - start[0]) * along[0] + (y - start[1]) * along[1]) / length**2, 0.0, 1.0)
    distance = np.hypot(x - start[0] - share * along[0], y - start[1] - share * along[1])
    result: Picture = np.clip(max(width, 1.0) / 2 + 0.5 - distance, 0.0, 1.0) * min(width, 1.0)
    return result


def lines(width: int, height: int) -> Picture:
    """Ink lines on skin colour: a fan over all directions, of one to four pixels' width, and concentric circles."""
    x, y = np.meshgrid(np.arange(width) + 0.5, np.arange(height) + 0.5)
    result = np.broadcast_to(np.asarray(SKIN), (height, width, 3)).copy()
    centre, reach = (width * 0.3, height * 0.5), min(width * 0.28, height * 0.46)
    count = 24
    for number in range(count):
        angle = math.tau * (number + 0.15) / count
        direction = (math.cos(angle), math.sin(angle))
        start, end = ((centre[0] + d * direction[0], centre[1] + d * direction[1]) for d in (reach * 0.25, reach))
        result = laid_over(result, INK, line(x, y, start, end, 1.0 + number % 4))
    distance = np.hypot(x - width * 0.75, y - height * 0.5)
    for number in range(6):
        radius = min(width * 0.22, height * 0.46) * (number + 1) / 6
        coverage = np.clip((1.0 + number % 4) / 2 + 0.5 - np.abs(distance - radius), 0.0, 1.0)
        result = laid_over(result, INK, coverage)
    return result


def shading(width: int, height: int) -> Picture:
    """Cel shading without lines: flat colours that meet in hard and in slightly soft borders."""
    x, y = np.meshgrid(np.arange(width) + 0.5, np.arange(height) + 0.5)
    result = np.broadcast_to(np.asarray(SKIN), (height, width, 3)).copy()
    shapes: tuple[tuple[Colour, float, float, float, float], ...] = (
        (SKIN_SHADE, 0.30, 0.55, 0.34, 1.0),
        ((52, 92, 138), 0.78, 0.30, 0.20, 1.0),
        ((34, 62, 104), 0.84, 0.36, 0.14, 2.0),
        ((120, 170, 96), 0.70, 0.82, 0.18, 3.0),
    )
    for colour, left, top, radius, softness in shapes:
        distance = np.hypot(x - left * width, y - top * height) - radius * min(width, height)
        result = laid_over(result, colour, 0.5 - distance / softness)
    return result


SCENES: dict[str, Callable[[int, int], Picture]] = {
    "gradients": gradients,
    "bokeh": bokeh,
    "shading": shading,
    "lines": lines,
}
