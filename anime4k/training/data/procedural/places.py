"""Backgrounds: skies, hills, towns, leaves, and plain washes of colour."""

from __future__ import annotations

import numpy as np

from anime4k.training.data.procedural.canvas import Canvas, darker, hsv, lighter
from anime4k.training.data.procedural.curves import Points, blob, oval, smooth
from anime4k.training.data.procedural.tone import some_colour


def frame(canvas: Canvas) -> Points:
    """The whole picture as a shape."""
    w, h = float(canvas.width), float(canvas.height)
    return np.array([(0.0, 0.0), (w, 0.0), (w, h), (0.0, h)])


def wash(canvas: Canvas, rng: np.random.Generator) -> None:
    """A vertical gradient over everything, often with soft lights."""
    top = some_colour(rng)
    canvas.ramp(
        frame(canvas), top, lighter(top, float(rng.uniform(0, 0.7))) if rng.random() < 0.6 else some_colour(rng)
    )
    for _ in range(int(rng.integers(0, 4))):
        centre = (rng.uniform(0, canvas.width), rng.uniform(0, canvas.height))
        size = float(rng.uniform(10, 90))
        canvas.glow(oval(size, size) + centre, lighter(some_colour(rng), 0.5), size / 3, float(rng.uniform(0.3, 0.9)))


def hills(canvas: Canvas, rng: np.random.Generator) -> None:
    """A sky with clouds over ridges that get darker towards the viewer."""
    sky = hsv(float(rng.choice([0.55, 0.58, 0.05, 0.75])), float(rng.uniform(0.2, 0.7)), float(rng.uniform(0.4, 1)))
    canvas.ramp(frame(canvas), sky, lighter(sky, 0.6))
    for _ in range(int(rng.integers(0, 5))):
        x, y = rng.uniform(0, canvas.width), rng.uniform(0, canvas.height * 0.5)
        for _ in range(int(rng.integers(3, 8))):
            puff = blob(rng, float(rng.uniform(20, 70)), 8, 0.2) * (1.4, 0.7) + (
                x + rng.normal(0, 30),
                y + rng.normal(0, 6),
            )
            canvas.fill(puff, lighter(sky, 0.85))
            canvas.shade(puff, lighter(sky, 0.6), (0, -8))
    colour = hsv(float(rng.uniform(0.2, 0.7)), float(rng.uniform(0.2, 0.6)), float(rng.uniform(0.5, 0.85)))
    for layer in range(int(rng.integers(2, 6))):
        base = canvas.height * (0.45 + 0.12 * layer)
        xs = np.linspace(-20, canvas.width + 20, int(rng.integers(5, 14)))
        ridge = np.stack([xs, base + rng.normal(0, 16, len(xs))], -1)
        line = smooth(ridge, 8) if rng.random() < 0.6 else ridge
        shape = np.concatenate([line, [(canvas.width + 20.0, canvas.height + 9.0), (-20.0, canvas.height + 9.0)]])
        tone = darker(colour, 0.85**layer)
        canvas.fill(shape, tone)
        if rng.random() < 0.5:
            canvas.line(line, darker(tone, 0.5), float(rng.uniform(0.6, 1.6)), 0.02, 0.02)
        if rng.random() < 0.4:
            leaves(canvas, rng, base, tone)


def leaves(canvas: Canvas, rng: np.random.Generator, base: float, tone: tuple[int, int, int]) -> None:
    """Foliage: many small leaves in a few tones along a height."""
    tones = [darker(tone, 0.7), tone, lighter(tone, 0.2), lighter(tone, 0.4)]
    for _ in range(int(rng.integers(60, 260))):
        size, angle = float(rng.uniform(4, 13)), float(rng.uniform(0, 6.3))
        leaf = smooth(np.array([(-1, 0), (0, 0.35), (1, 0), (0, -0.35)]), 4, closed=True) * size / 2
        turned = leaf @ np.array([[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]])
        canvas.fill(turned + (rng.uniform(0, canvas.width), base + abs(rng.normal(0, 25))), tones[int(rng.integers(4))])


def town(canvas: Canvas, rng: np.random.Generator) -> None:
    """Houses with windows, straight lines and wires."""
    wash(canvas, rng)
    base = canvas.height * float(rng.uniform(0.7, 1.0))
    for layer in range(int(rng.integers(1, 4))):
        x = -30.0
        wall = darker(some_colour(rng), float(rng.uniform(0.5, 1)))
        while x < canvas.width:
            wide, tall = float(rng.uniform(30, 110)), float(rng.uniform(50, 240)) / (layer + 1) * 1.3
            corners = np.array(
                [(x, base - tall), (x + wide, base - tall), (x + wide, canvas.height + 5.0), (x, canvas.height + 5.0)]
            )
            tone = darker(wall, float(rng.uniform(0.75, 1.0)))
            canvas.fill(corners, tone)
            side = corners.copy()
            side[0, 0] = side[3, 0] = x + wide * 0.7
            canvas.fill(side, darker(tone, 0.8))
            _windows(canvas, rng, x, base - tall, wide * 0.7, tall, tone)
            if rng.random() < 0.6:
                canvas.outline(corners, darker(tone, 0.4), float(rng.uniform(0.6, 1.4)), rng)
            x += wide + float(rng.uniform(-4, 12))
    for _ in range(int(rng.integers(0, 6))):
        y, sag = float(rng.uniform(0, canvas.height * 0.6)), float(rng.uniform(3, 40))
        wire = smooth(
            np.array([(-5.0, y), (canvas.width / 2, y + sag), (canvas.width + 5.0, y + rng.normal(0, 25))]), 24
        )
        canvas.line(wire, (24, 24, 30), float(rng.uniform(0.5, 1.5)), 0.01, 0.01)


def _windows(
    canvas: Canvas, rng: np.random.Generator, x: float, y: float, wide: float, tall: float, wall: tuple[int, int, int]
) -> None:
    gap = float(rng.uniform(9, 22))
    pane = lighter(wall, 0.5) if rng.random() < 0.6 else darker(wall, 0.5)
    for row in np.arange(y + gap * 0.6, y + tall - gap, gap):
        for column in np.arange(x + gap * 0.5, x + wide - gap * 0.5, gap):
            size = gap * 0.5
            box = np.array(
                [(column, row), (column + size, row), (column + size, row + size * 1.3), (column, row + size * 1.3)]
            )
            canvas.fill(box, pane)
            canvas.outline(box, darker(wall, 0.6), 0.7, rng)
