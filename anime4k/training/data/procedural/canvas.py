"""A canvas with several samples a pixel, and colours as an animator mixes them."""

from __future__ import annotations

import colorsys

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageChops, ImageDraw, ImageFilter

from anime4k.training.data.procedural.curves import Points, ribbon, tapered

Pixels = npt.NDArray[np.uint8]
Colour = tuple[int, int, int]

SAMPLES = 4
"""Samples a pixel, across and down."""


class Canvas:
    """A picture that is drawn large and averaged down; all lengths are in pixels of the finished picture.

    Attributes:
        width: of the finished picture.
        height: likewise.
        image: the large picture.
    """

    def __init__(self, width: int, height: int, paper: Colour) -> None:
        self.width = width
        self.height = height
        self.image = Image.new("RGB", (width * SAMPLES, height * SAMPLES), paper)
        self._pen = ImageDraw.Draw(self.image)

    def fill(self, outline: Points, colour: Colour) -> None:
        """Fill a closed shape."""
        self._pen.polygon(_corners(outline), fill=colour)

    def line(self, path: Points, colour: Colour, width: float, head: float = 0.3, tail: float = 0.3) -> None:
        """A pen stroke along a path, `width` wide in its middle."""
        self.fill(ribbon(path, tapered(len(path), width, head, tail)), colour)

    def outline(self, shape: Points, colour: Colour, width: float, rng: np.random.Generator) -> None:
        """The contour of a closed shape in a few strokes of changing width."""
        closed = np.concatenate([shape, shape[:2]])
        swell = 1 + 0.45 * np.sin(np.linspace(0, 2 * np.pi * rng.integers(1, 4), len(closed)) + rng.uniform(0, 6))
        self.fill(ribbon(closed, width * swell), colour)

    def shade(self, shape: Points, colour: Colour, by: tuple[float, float]) -> None:
        """Give the side of a shape that is turned away from the light, which comes from -`by`, a second tone."""
        box, mask = self._mask(shape)
        moved = Image.new("L", mask.size)
        moved.paste(mask, (round(-by[0] * SAMPLES), round(-by[1] * SAMPLES)))
        self.image.paste(colour, box[:2], ImageChops.subtract(mask, moved))

    def inside(self, shape: Points, others: list[tuple[Points, Colour]]) -> None:
        """Fill other shapes, but only where they lie within `shape`."""
        box, mask = self._mask(shape)
        layer = self.image.crop(box)
        pen = ImageDraw.Draw(layer)
        for other, colour in others:
            pen.polygon(_corners(other - np.array(box[:2]) / SAMPLES), fill=colour)
        self.image.paste(layer, box[:2], mask)

    def ramp(self, shape: Points, top: Colour, bottom: Colour) -> None:
        """Fill a shape with a vertical gradient."""
        box, mask = self._mask(shape)
        height = max(1, box[3] - box[1])
        part = np.linspace(0, 1, height)[:, None]
        column = (np.array(top) * (1 - part) + np.array(bottom) * part).round().astype(np.uint8)
        strip = Image.fromarray(column[:, None, :]).resize((max(1, box[2] - box[0]), height))
        self.image.paste(strip, box[:2], mask)

    def glow(self, shape: Points, colour: Colour, radius: float, strength: float) -> None:
        """Add light around a shape that fades over about `radius`."""
        # Light is soft: it is computed at the finished size, which is sixteen times less work.
        light = Image.new("L", (self.width, self.height))
        ImageDraw.Draw(light).polygon([(float(x), float(y)) for x, y in shape], fill=round(255 * strength))
        light = light.filter(ImageFilter.GaussianBlur(radius)).resize(self.image.size, Image.Resampling.BILINEAR)
        layer = Image.merge("RGB", [light.point([value * part // 255 for value in range(256)]) for part in colour])
        self.replace(ImageChops.screen(self.image, layer))

    def blur(self, radius: float) -> None:
        """Put everything that is drawn so far out of focus."""
        small = self.image.reduce(SAMPLES).filter(ImageFilter.GaussianBlur(radius))
        self.replace(small.resize(self.image.size, Image.Resampling.BICUBIC))

    def replace(self, image: Image.Image) -> None:
        """Go on with another large picture of the same size."""
        self.image = image
        self._pen = ImageDraw.Draw(self.image)

    def finished(self) -> Pixels:
        """The finished picture (height, width, 3)."""
        return np.asarray(self.image.reduce(SAMPLES))

    def _mask(self, shape: Points) -> tuple[tuple[int, int, int, int], Image.Image]:
        """(box in the large picture, mask of that size) of a shape, with room to move it a little."""
        scaled = shape * SAMPLES
        low, high = np.floor(scaled.min(0)).astype(int) - 2, np.ceil(scaled.max(0)).astype(int) + 2
        low = np.clip(low, 0, np.array(self.image.size) - 1)
        high = np.clip(high, low + 1, self.image.size)
        mask = Image.new("L", (int(high[0] - low[0]), int(high[1] - low[1])))
        ImageDraw.Draw(mask).polygon([(float(x), float(y)) for x, y in scaled - low], fill=255)
        return (int(low[0]), int(low[1]), int(high[0]), int(high[1])), mask


def _corners(outline: Points) -> list[tuple[float, float]]:
    return [(float(x), float(y)) for x, y in outline * SAMPLES]


def hsv(hue: float, saturation: float, value: float) -> Colour:
    """A colour from hue, saturation and value in 0..1; the hue goes round."""
    red, green, blue = colorsys.hsv_to_rgb(hue % 1, min(1, max(0, saturation)), min(1, max(0, value)))
    return round(red * 255), round(green * 255), round(blue * 255)


def darker(colour: Colour, part: float, drift: float = 0.02) -> Colour:
    """A shadow tone: value scaled by `part`, a little more saturated, the hue moved towards violet by `drift`."""
    hue, saturation, value = colorsys.rgb_to_hsv(*(channel / 255 for channel in colour))
    return hsv(hue - drift if 0.1 < hue < 0.7 else hue + drift, saturation + 0.25 * (1 - part), value * part)


def lighter(colour: Colour, part: float) -> Colour:
    """The colour mixed with white, of which there is `part`."""
    return tuple(round(channel + (255 - channel) * part) for channel in colour)  # type: ignore[return-value]


def ink(colour: Colour, rng: np.random.Generator) -> Colour:
    """The colour of the line around a fill: black, or the fill made much darker."""
    return (20, 16, 24) if rng.random() < 0.35 else darker(colour, float(rng.uniform(0.18, 0.5)))
