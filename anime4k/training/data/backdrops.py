"""What stands behind transparent art: flat colours, gradients, or a piece of another picture."""

from __future__ import annotations

import colorsys
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from PIL import Image

Pixels = npt.NDArray[np.uint8]

_FLAT, _GRADIENT = 0.4, 0.75
"""Below the first a random number means a flat colour, below the second a gradient, and above it a picture."""


def colour(rng: np.random.Generator) -> tuple[int, int, int]:
    """A random colour, most often muted; in 0..255."""
    hue, saturation, value = rng.random(), rng.beta(1.5, 2.5), rng.beta(2.0, 1.4)
    red, green, blue = colorsys.hsv_to_rgb(hue, saturation, value)
    return round(red * 255), round(green * 255), round(blue * 255)


def gradient(size: tuple[int, int], rng: np.random.Generator) -> Image.Image:
    """A gradient between two or three colours across a picture of (width, height), in a random direction."""
    width, height = size
    angle = rng.random() * 2 * np.pi
    across = np.cos(angle) * np.linspace(-1, 1, width)[None, :] + np.sin(angle) * np.linspace(-1, 1, height)[:, None]
    place = (across - across.min()) / max(1e-9, float(np.ptp(across)))
    stops = np.array([colour(rng) for _ in range(int(rng.integers(2, 4)))], np.float64)
    at = np.linspace(0, 1, len(stops))
    # Random rounding: a gradient without it would teach bands.
    noise = rng.random((height, width))
    channels = [np.floor(np.interp(place, at, stops[:, channel]) + noise) for channel in range(3)]
    return Image.fromarray(np.clip(np.stack(channels, -1), 0, 255).astype(np.uint8))


def backdrop(size: tuple[int, int], others: Sequence[Image.Image], rng: np.random.Generator) -> Image.Image:
    """An opaque picture of (width, height) to stand behind something; pieces are taken from `others`."""
    kind = rng.random()
    if kind < _FLAT or (kind >= _GRADIENT and not others):
        return Image.new("RGB", size, colour(rng))
    if kind < _GRADIENT:
        return gradient(size, rng)
    other = others[int(rng.integers(len(others)))]
    factor = max(size[0] / other.width, size[1] / other.height)
    if factor > 1:
        # Larger than it is, it is only a blurred background, as behind a figure in focus.
        other = other.resize(
            (round(other.width * factor) + 1, round(other.height * factor) + 1), Image.Resampling.BICUBIC
        )
    left = int(rng.integers(other.width - size[0] + 1))
    top = int(rng.integers(other.height - size[1] + 1))
    return other.crop((left, top, left + size[0], top + size[1]))
