"""Heads in the manner of animation: faces, eyes, hair in strands, collars."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from anime4k.training.data.procedural.canvas import Canvas, Colour, darker, hsv, ink, lighter
from anime4k.training.data.procedural.curves import Points, oval, placed, smooth

_FACE = np.array(
    [
        (-0.98, -0.3),
        (-0.93, 0.25),
        (-0.68, 0.72),
        (-0.22, 1.08),
        (0.0, 1.14),
        (0.22, 1.08),
        (0.68, 0.72),
        (0.93, 0.25),
        (0.98, -0.3),
        (0.7, -1.0),
        (0.0, -1.25),
        (-0.7, -1.0),
    ]
)
"""Contour of a face around the origin in units of half its width, chin down."""


@dataclass(frozen=True)
class Head:
    """What one head is like.

    Attributes:
        centre: of the face, in pixels.
        size: half the width of the face.
        tilt: in radians.
        skin: fill of the skin.
        hair: fill of the hair.
        iris: colour of the eyes.
        line: width of the pen.
        light: the direction from which light comes, x only: -1 or 1.
    """

    centre: tuple[float, float]
    size: float
    tilt: float
    skin: Colour
    hair: Colour
    iris: Colour
    line: float
    light: float

    def at(self, points: Points) -> Points:
        """Points in units of the face, in the picture."""
        return placed(points, self.centre, self.size, self.tilt)


def some_head(rng: np.random.Generator, width: int, height: int) -> Head:
    """A head that is at least partly in a picture of this size."""
    return Head(
        (width * float(rng.uniform(0.08, 0.92)), height * float(rng.uniform(0.35, 0.65))),
        height * float(np.exp(rng.uniform(np.log(0.11), np.log(0.4)))),
        float(rng.normal(0, 0.12)),
        hsv(float(rng.uniform(0.03, 0.09)), float(rng.uniform(0.1, 0.42)), float(rng.uniform(0.75, 1))),
        hsv(float(rng.random()), float(rng.beta(1.6, 1.8)), float(rng.uniform(0.15, 0.98))),
        hsv(float(rng.random()), float(rng.uniform(0.4, 0.95)), float(rng.uniform(0.4, 0.95))),
        float(np.exp(rng.normal(0.35, 0.35))),
        float(rng.choice([-1, 1])),
    )


def draw_head(canvas: Canvas, head: Head, rng: np.random.Generator) -> None:
    """Draw hair behind, neck and clothes, face, eyes, and hair in front."""
    hair_line = ink(head.hair, rng)
    back = _hair_behind(rng)
    shape = head.at(back)
    canvas.fill(shape, darker(head.hair, 0.85))
    canvas.shade(shape, darker(head.hair, 0.6), (-head.light * head.size * 0.3, -head.size * 0.15))
    canvas.outline(shape, hair_line, head.line, rng)
    _clothes(canvas, head, rng)
    _face(canvas, head, rng)
    for side in (-1.0, 1.0):
        _eye(canvas, head, side, rng)
    _front_hair(canvas, head, hair_line, rng)


def _hair_behind(rng: np.random.Generator) -> Points:
    long = float(rng.uniform(0.4, 2.6))
    wide = float(rng.uniform(1.15, 1.5))
    tips = [
        (x, long + float(rng.uniform(-0.25, 0.25)) * (1 if index % 2 else -1))
        for index, x in enumerate(np.linspace(wide, -wide, 9))
    ]
    rim = [(-wide, 0.0), (-wide, -0.6), (-0.85, -1.3), (0.0, -1.6), (0.85, -1.3), (wide, -0.6), (wide, 0.0)]
    return smooth(np.array([*rim, *tips]), 10, closed=True)


def _clothes(canvas: Canvas, head: Head, rng: np.random.Generator) -> None:
    neck = head.at(smooth(np.array([(-0.32, 0.7), (-0.34, 1.5), (-0.5, 1.9), (0.5, 1.9), (0.34, 1.5), (0.32, 0.7)]), 8))
    canvas.fill(neck, head.skin)
    under = head.at(smooth(np.array([(-0.6, 0.8), (0.0, 1.45), (0.6, 0.8), (0.0, 0.6)]), 8, closed=True))
    canvas.inside(neck, [(under, darker(head.skin, 0.78))])
    canvas.outline(neck, ink(head.skin, rng), head.line * 0.8, rng)
    cloth = hsv(float(rng.random()), float(rng.beta(1.3, 2)), float(rng.uniform(0.2, 1)))
    body = head.at(
        smooth(
            np.array([(-0.5, 1.55), (-1.9, 2.1), (-2.4, 4.2), (2.4, 4.2), (1.9, 2.1), (0.5, 1.55), (0.0, 2.5)]),
            10,
            closed=True,
        )
    )
    canvas.fill(body, cloth)
    canvas.shade(body, darker(cloth, 0.72), (-head.light * head.size * 0.35, -head.size * 0.1))
    pen = ink(cloth, rng)
    for _ in range(int(rng.integers(3, 9))):
        x, y = float(rng.uniform(-1.5, 1.5)), float(rng.uniform(2.2, 2.9))
        fold = smooth(
            np.array([(x, y), (x + rng.uniform(-0.3, 0.3), y + 0.5), (x + rng.uniform(-0.6, 0.6), y + 1.2)]), 10
        )
        canvas.line(head.at(fold), pen, head.line * float(rng.uniform(0.5, 1.1)), 0.1, 0.8)
    for side in (-1.0, 1.0):
        collar = head.at(np.array([(side * 0.45, 1.5), (side * 0.95, 1.75), (side * 0.75, 2.5), (0.0, 2.35)]))
        canvas.fill(collar, lighter(cloth, 0.6))
        canvas.shade(collar, darker(lighter(cloth, 0.6), 0.8), (-head.light * head.size * 0.1, 0))
        canvas.outline(collar, pen, head.line * 0.8, rng)
    canvas.outline(body, pen, head.line, rng)


def _face(canvas: Canvas, head: Head, rng: np.random.Generator) -> None:
    shape = head.at(smooth(_FACE + rng.normal(0, 0.015, _FACE.shape), 10, closed=True))
    pen = ink(head.skin, rng)
    canvas.fill(shape, head.skin)
    canvas.shade(shape, darker(head.skin, 0.84), (-head.light * head.size * 0.16, -head.size * 0.03))
    brow = head.at(
        smooth(
            np.array([(-1.1, -1.3), (-1.0, -0.25), (-0.4, -0.1), (0.1, -0.3), (0.6, -0.05), (1.1, -0.4), (1.0, -1.4)]),
            8,
            closed=True,
        )
    )
    canvas.inside(shape, [(brow, darker(head.skin, 0.84))])
    for side in (-1.0, 1.0):
        blush = head.at(oval(0.34, 0.16) + (side * 0.55, 0.52))
        canvas.glow(blush, (70, 18, 14), head.size * 0.1, 0.8) if rng.random() < 0.3 else None
        if rng.random() < 0.4:
            for step in range(3):
                x = side * 0.55 + (step - 1) * 0.07
                canvas.line(
                    head.at(np.linspace((x + 0.03, 0.47), (x - 0.03, 0.57), 6)), darker(head.skin, 0.7), head.line * 0.5
                )
    canvas.outline(shape, pen, head.line, rng)
    turn = head.light * 0.06
    canvas.line(
        head.at(smooth(np.array([(turn, 0.45), (turn * 2, 0.56), (0.0, 0.58)]), 6)), pen, head.line * 0.7, 0.5, 0.5
    )
    _mouth(canvas, head, pen, rng)


def _mouth(canvas: Canvas, head: Head, pen: Colour, rng: np.random.Generator) -> None:
    wide, curve = float(rng.uniform(0.12, 0.3)), float(rng.uniform(-0.04, 0.07))
    upper = smooth(np.array([(-wide, 0.8 - curve), (0.0, 0.8 + curve), (wide, 0.8 - curve)]), 8)
    if rng.random() < 0.45:
        lower = smooth(
            np.array([(wide, 0.8 - curve), (0.0, 0.83 + float(rng.uniform(0.08, 0.2))), (-wide, 0.8 - curve)]), 8
        )
        shape = head.at(np.concatenate([upper, lower]))
        canvas.fill(shape, (128, 40, 44))
        tongue = head.at(oval(wide * 1.3, 0.14) + (0.0, 0.95))
        canvas.inside(shape, [(tongue, (222, 110, 110))])
        canvas.outline(shape, pen, head.line * 0.7, rng)
    canvas.line(head.at(upper), pen, head.line * 0.9, 0.3, 0.3)


def _eye(canvas: Canvas, head: Head, side: float, rng: np.random.Generator) -> None:
    """One eye: white, iris with a gradient and rays, pupil, lights, lashes, lid and brow."""
    x, y, wide, tall = side * 0.44, 0.16, 0.42, 0.44
    lash = (30, 22, 30) if rng.random() < 0.7 else darker(head.hair, 0.3)
    top = np.array(
        [
            (x - side * wide * 0.55, y + 0.02),
            (x - side * 0.1, y - tall * 0.5),
            (x + side * 0.12, y - tall * 0.48),
            (x + side * wide * 0.6, y - 0.02),
        ]
    )
    low = np.array(
        [(x + side * wide * 0.5, y + tall * 0.35), (x, y + tall * 0.5), (x - side * wide * 0.45, y + tall * 0.3)]
    )
    white = head.at(smooth(np.concatenate([top, low]), 8, closed=True))
    canvas.fill(white, (248, 248, 252))
    iris = oval(wide * 0.68, tall * 0.98) + (x + head.light * 0.02, y + 0.02)
    ring = head.at(iris)
    deep = darker(head.iris, 0.35)
    mouthful = [(ring, deep), (head.at((iris - iris.mean(0)) * 0.86 + iris.mean(0)), head.iris)]
    centre = iris.mean(0)
    shade = head.at(oval(wide * 0.66, tall * 0.55) + (centre[0], centre[1] - tall * 0.27))
    bright = head.at(oval(wide * 0.42, tall * 0.34) + (centre[0], centre[1] + tall * 0.27))
    pupil = head.at(oval(wide * 0.24, tall * 0.42) + centre)
    canvas.inside(
        white, [*mouthful, (shade, darker(head.iris, 0.55)), (bright, lighter(head.iris, 0.45)), (pupil, (16, 12, 22))]
    )
    shadow = head.at(np.concatenate([smooth(top, 8), smooth(top, 8)[::-1] + (0.0, tall * 0.16)]))
    canvas.inside(white, [(shadow, darker(head.iris, 0.3))])
    for dx, dy, part in ((-0.06, -0.1, 0.13), (0.07, 0.13, 0.07)):
        canvas.fill(head.at(oval(part, part * 1.2) + (centre[0] + dx, centre[1] + dy)), (255, 255, 255))
    thick = max(head.line * 1.4, head.size * float(rng.uniform(0.04, 0.075)))
    canvas.line(head.at(smooth(top, 8)), lash, thick, 0.4, 0.15)
    for _ in range(int(rng.integers(1, 4))):
        part = float(rng.uniform(0.6, 1))
        root = smooth(top, 8)[int(part * 23)]
        canvas.line(head.at(np.linspace(root, root + (side * 0.11, -0.07), 6)), lash, thick * 0.5, 0.05, 0.9)
    canvas.line(head.at(smooth(low, 8)), lash, head.line * 0.7, 0.3, 0.5)
    canvas.line(head.at(smooth(top, 8) + (0.0, -0.1)), darker(head.skin, 0.5), head.line * 0.6, 0.5, 0.5)
    brow = np.array([(x - side * 0.24, y - 0.4), (x, y - 0.5), (x + side * 0.26, y - 0.42)]) + (
        0,
        rng.uniform(-0.05, 0.05),
    )
    canvas.line(head.at(smooth(brow, 8)), darker(head.hair, 0.55), head.line * 1.6, 0.2, 0.5)


def _front_hair(canvas: Canvas, head: Head, pen: Colour, rng: np.random.Generator) -> None:
    """Strands from the crown over the brow and down both sides, each a leaf with a shadow and lines."""
    crown = np.array((float(rng.uniform(-0.25, 0.25)), -1.5))
    count = int(rng.integers(7, 14))
    tips = np.linspace(-1.25, 1.25, count) + rng.normal(0, 0.06, count)
    order = rng.permutation(count)
    dark, bright = darker(head.hair, float(rng.uniform(0.6, 0.8))), lighter(head.hair, float(rng.uniform(0.25, 0.6)))
    for index in order:
        x = float(tips[index])
        side = abs(x) > 0.95
        y = float(rng.uniform(0.6, 1.7) if side else rng.uniform(-0.35, 0.12))
        half = float(rng.uniform(0.16, 0.3))
        bow = np.array((x * 1.15, -0.95))
        left = smooth(
            np.array([crown + (-half * 0.3, 0), bow + (-half, 0), (x - half * 0.5, (y - 0.7) / 2), (x, y)]), 8
        )
        right = smooth(np.array([crown + (half * 0.3, 0), bow + (half, 0), (x + half * 0.6, (y - 0.7) / 2), (x, y)]), 8)
        leaf = head.at(np.concatenate([left, right[::-1]]))
        canvas.fill(leaf, head.hair)
        # The shadow side, and the band of light that runs across all strands.
        shade = (
            np.concatenate([right, (0.45 * left + 0.55 * right)[::-1]])
            if head.light < 0
            else np.concatenate([left, (0.55 * left + 0.45 * right)[::-1]])
        )
        middle = (left + right) / 2
        from_, to = 7 + int(rng.integers(0, 3)), 11 + int(rng.integers(0, 4))
        band = np.concatenate([left[from_:to], middle[to : to + 2], right[from_:to][::-1]])
        canvas.inside(leaf, [(head.at(shade), dark), (head.at(band), bright)])
        canvas.line(head.at(left), pen, head.line, 0.3, 0.15)
        canvas.line(head.at(right), pen, head.line, 0.3, 0.15)
        for _ in range(int(rng.integers(1, 7))):
            mix = float(rng.uniform(0.15, 0.85))
            strand = (mix * left + (1 - mix) * right)[int(rng.integers(2, 10)) :]
            canvas.line(
                head.at(strand), pen if rng.random() < 0.6 else dark, head.line * float(rng.uniform(0.3, 0.7)), 0.5, 0.5
            )
