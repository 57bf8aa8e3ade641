"""Drawing in the manner of cel animation: flat fills, ink lines of varying width, hair strands.

Everything is drawn several times larger and reduced, which gives clean antialiased edges.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

from PIL import Image, ImageChops, ImageDraw, ImageFont

Point = tuple[float, float]
Colour = tuple[int, int, int] | tuple[int, int, int, int]
Points = Sequence[Point]

INK: Colour = (43, 26, 52)
OVERSAMPLING = 4


class Canvas:
    """A transparent or filled drawing surface in picture coordinates."""

    def __init__(self, width: int, height: int, colour: Colour = (0, 0, 0, 0)) -> None:
        self.size = (width, height)
        self.image = Image.new("RGBA", (width * OVERSAMPLING, height * OVERSAMPLING), colour)
        self._draw = ImageDraw.Draw(self.image)

    def fill(self, points: Points, colour: Colour) -> None:
        """Fill a polygon with a flat colour."""
        self._draw.polygon(_scaled(points), fill=colour)

    def disc(self, centre: Point, radius: Point, colour: Colour) -> None:
        """Fill an ellipse."""
        (x, y), (rx, ry) = centre, radius
        box = _scaled([(x - rx, y - ry), (x + rx, y + ry)])
        self._draw.ellipse([*box[0], *box[1]], fill=colour)

    def ink(self, points: Points, width: float, colour: Colour = INK, ends: Point = (0.15, 0.15)) -> None:
        """Draw a line that swells from its start to the middle and thins out to its end.

        Args:
            points: the line.
            width: greatest width in pixels.
            colour: of the ink.
            ends: width at the start and at the end as shares of `width`.
        """
        left, right = [], []
        last = len(points) - 1
        for index, (x, y) in enumerate(points):
            before, after = points[max(0, index - 1)], points[min(last, index + 1)]
            dx, dy = after[0] - before[0], after[1] - before[1]
            length = math.hypot(dx, dy) or 1.0
            position = index / last
            edge = ends[0] * (1 - position) + ends[1] * position
            half = width / 2 * (edge + (1 - edge) * math.sin(math.pi * position) ** 0.7)
            left.append((x - dy / length * half, y + dx / length * half))
            right.append((x + dy / length * half, y - dx / length * half))
        self.fill([*left, *reversed(right)], colour)

    def clipped(self, outline: Points, paint: Callable[[Canvas], None]) -> None:
        """Let `paint` draw on a layer of which only the part inside `outline` is kept."""
        layer = Canvas(*self.size)
        paint(layer)
        mask = Image.new("L", self.image.size)
        ImageDraw.Draw(mask).polygon(_scaled(outline), fill=255)
        layer.image.putalpha(ImageChops.multiply(layer.image.getchannel("A"), mask))
        self.image.alpha_composite(layer.image)

    def text(self, position: Point, text: str, size: float, colour: Colour, angle: float = 0.0) -> None:
        """Write `text` centred at `position`."""
        font = ImageFont.load_default(size * OVERSAMPLING)
        left, top, right, bottom = font.getbbox(text)
        margin = 4
        stamp = Image.new("RGBA", (int(right - left) + 2 * margin, int(bottom - top) + 2 * margin))
        ImageDraw.Draw(stamp).text((margin - left, margin - top), text, font=font, fill=colour)
        stamp = stamp.rotate(angle, Image.Resampling.BICUBIC, expand=True)
        x, y = position[0] * OVERSAMPLING - stamp.width / 2, position[1] * OVERSAMPLING - stamp.height / 2
        self.image.alpha_composite(stamp, (round(x), round(y)))

    def picture(self) -> Image.Image:
        """The drawing at picture size, RGBA."""
        return self.image.reduce(OVERSAMPLING)


def curve(points: Points, closed: bool = False, steps: int = 10) -> list[Point]:
    """A smooth line through `points` (Catmull-Rom)."""
    count = len(points)
    segments = count if closed else count - 1
    line: list[Point] = []
    for index in range(segments):
        p0, p1, p2, p3 = (_at(points, index + k, closed) for k in (-1, 0, 1, 2))
        for step in range(steps):
            t = step / steps
            line.append((_spline(p0[0], p1[0], p2[0], p3[0], t), _spline(p0[1], p1[1], p2[1], p3[1], t)))
    return line if closed else [*line, points[-1]]


def strand(root_a: Point, root_b: Point, bend: Point, tip: Point) -> tuple[list[Point], list[Point]]:
    """The two edges of a lock of hair: from either root, past the bend, to the common tip."""
    width = (root_b[0] - root_a[0], root_b[1] - root_a[1])
    first = (bend[0] - width[0] * 0.42, bend[1] - width[1] * 0.42)
    second = (bend[0] + width[0] * 0.42, bend[1] + width[1] * 0.42)
    return curve([root_a, first, tip]), curve([root_b, second, tip])


def between(first: Points, second: Points, share: float) -> list[Point]:
    """The line that runs at `share` of the way from `first` to `second`; both have equally many points."""
    return [(a[0] + (b[0] - a[0]) * share, a[1] + (b[1] - a[1]) * share) for a, b in zip(first, second, strict=True)]


def moved(points: Points, dx: float, dy: float, angle: float = 0.0) -> list[Point]:
    """`points` turned by `angle` radians around the origin, then shifted."""
    cosine, sine = math.cos(angle), math.sin(angle)
    return [(x * cosine - y * sine + dx, x * sine + y * cosine + dy) for x, y in points]


def _at(points: Points, index: int, closed: bool) -> Point:
    return points[index % len(points)] if closed else points[min(max(index, 0), len(points) - 1)]


def _spline(a: float, b: float, c: float, d: float, t: float) -> float:
    return 0.5 * (2 * b + (c - a) * t + (2 * a - 5 * b + 4 * c - d) * t**2 + (3 * b - a - 3 * c + d) * t**3)


def _scaled(points: Points) -> list[Point]:
    return [(x * OVERSAMPLING, y * OVERSAMPLING) for x, y in points]
