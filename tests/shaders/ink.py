"""Drawings with known truth for the tests of the line shaders: straight lines of known profile, and letters."""

from __future__ import annotations

from math import erf

import numpy as np
from PIL import Image, ImageDraw, ImageFont

SIDE = 96
"""Width and height of the drawings, in pixels."""


def distance(angle: float, width: int = SIDE, height: int = SIDE) -> np.ndarray:
    """Distance of every pixel centre from a straight line near the middle, in pixels; angle in degrees."""
    y, x = np.mgrid[0:height, 0:width] + 0.5
    turn = np.deg2rad(angle)
    return np.asarray((x - width / 2) * np.cos(turn) + (y - height / 2) * np.sin(turn) - 0.2)


def ink(across: np.ndarray, line_width: float, blur: float = 0.6) -> np.ndarray:
    """How much ink lies at a distance from the middle of a line, 0 to 1: a bar through a Gaussian."""
    table = np.linspace(-64.0, 64.0, 8193)
    edge = np.vectorize(erf)
    profile = 0.5 * (edge((table + line_width / 2) / blur / 2**0.5) - edge((table - line_width / 2) / blur / 2**0.5))
    return np.asarray(np.interp(across, table, profile))


def grey(values: np.ndarray) -> np.ndarray:
    """(h, w, 3) codes of brightnesses from 0 to 1."""
    return np.repeat(np.rint(values * 255).astype(np.uint8)[..., None], 3, axis=2)


def written(size: int, ground: int, fill: int, outline: int | None) -> np.ndarray:
    """Three lines of text, drawn large and averaged down."""
    zoom = 4
    image = Image.new("L", (256 * zoom, 128 * zoom), ground)
    pen = ImageDraw.Draw(image)
    font = ImageFont.load_default(size * zoom)
    for row, words in enumerate(("The quick brown fox", "jumps; 1917 lazy dogs", "Illicit: HILFE, bitte!")):
        place = (8 * zoom, int((4 + row * size * 1.3) * zoom))
        stroke = 0 if outline is None else round(size * zoom * 0.08)
        pen.text(place, words, fill=fill, font=font, stroke_width=stroke, stroke_fill=outline)
    small = np.asarray(image.resize((256, 128), Image.Resampling.BOX))
    return np.repeat(small[..., None], 3, axis=2)
