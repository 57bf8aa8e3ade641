"""Line work without a figure: strokes, hatching, speed lines, tone, and cloth."""

from __future__ import annotations

import numpy as np

from anime4k.training.data.procedural.canvas import Canvas, Colour, darker, hsv, ink
from anime4k.training.data.procedural.curves import Points, blob, oval, wander


def some_colour(rng: np.random.Generator) -> Colour:
    """A colour as of a painted cel."""
    return hsv(float(rng.random()), float(rng.beta(1.5, 2)), float(rng.beta(2.2, 1.2)))


def strokes(canvas: Canvas, rng: np.random.Generator, count: int) -> None:
    """Pen strokes of any direction; most of them dark and about a pixel wide."""
    pen = (20, 18, 26) if rng.random() < 0.5 else some_colour(rng)
    for _ in range(count):
        start = float(rng.uniform(-0.1, 1.1)) * canvas.width, float(rng.uniform(-0.1, 1.1)) * canvas.height
        path = wander(rng, start, float(rng.uniform(0, 6.3)), float(rng.uniform(20, 220)), float(rng.uniform(0.2, 1.5)))
        canvas.line(
            path, pen, float(np.exp(rng.normal(0.25, 0.5))), float(rng.uniform(0.05, 0.5)), float(rng.uniform(0.1, 0.7))
        )


def hatching(canvas: Canvas, rng: np.random.Generator) -> None:
    """A bundle of parallel strokes."""
    angle, gap = float(rng.uniform(0, 3.15)), float(rng.uniform(1.6, 5))
    x, y = float(rng.random()) * canvas.width, float(rng.random()) * canvas.height
    pen, width = (20, 18, 26) if rng.random() < 0.6 else some_colour(rng), float(rng.uniform(0.5, 1.6))
    bend = float(rng.uniform(0, 0.6))
    for step in range(int(rng.integers(8, 30))):
        start = (x - np.sin(angle) * gap * step + rng.normal(0, 1), y + np.cos(angle) * gap * step + rng.normal(0, 1))
        length = float(rng.uniform(25, 60))
        canvas.line(wander(np.random.default_rng(step // 40), start, angle, length, bend, 12), pen, width, 0.15, 0.6)


def speed_lines(canvas: Canvas, rng: np.random.Generator) -> None:
    """Wedges that point to one place in the picture, or streaks in one direction."""
    pen: Colour = (16, 16, 20) if rng.random() < 0.5 else (250, 250, 252)
    if rng.random() < 0.6:
        centre = np.array((rng.uniform(0.3, 0.7) * canvas.width, rng.uniform(0.3, 0.7) * canvas.height))
        far = float(np.hypot(canvas.width, canvas.height))
        for angle in np.sort(rng.uniform(0, 2 * np.pi, int(rng.integers(60, 200)))):
            near = float(rng.uniform(0.18, 0.4)) * far
            way = np.array((np.cos(angle), np.sin(angle)))
            across = np.array((-way[1], way[0])) * float(rng.uniform(0.002, 0.012)) * far
            canvas.fill(np.array([centre + way * near, centre + way * far + across, centre + way * far - across]), pen)
        return
    slope = float(rng.uniform(-0.3, 0.3))
    for _ in range(int(rng.integers(30, 90))):
        x, y, length = rng.uniform(-0.2, 1) * canvas.width, rng.uniform(-0.1, 1.1) * canvas.height, rng.uniform(40, 400)
        path = np.linspace((x, y), (x + length, y + slope * length), 12)
        canvas.line(path, pen, float(rng.uniform(0.4, 2.2)), 0.5, 0.5)


def screentone(canvas: Canvas, shape: Points, rng: np.random.Generator) -> None:
    """Dots on a turned grid within a shape; their size may change across it."""
    gap, angle = float(rng.uniform(3.2, 8)), float(rng.choice([0.785, 0.26, 1.05]))
    low, high = shape.min(0), shape.max(0)
    reach = int(np.hypot(*(high - low)) / gap / 2) + 1
    if reach > 60:
        return
    grid = np.stack(np.meshgrid(np.arange(-reach, reach + 1), np.arange(-reach, reach + 1)), -1).reshape(-1, 2) * gap
    turned = grid @ np.array([[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]]) + (low + high) / 2
    big, small = rng.uniform(0.3, 0.75), rng.uniform(0.1, 0.6)
    pen: Colour = (30, 28, 34) if rng.random() < 0.6 else some_colour(rng)
    dots = []
    for x, y in turned:
        part = float(np.clip((y - low[1]) / max(1, high[1] - low[1]), 0, 1))
        size = gap * (big * (1 - part) + small * part)
        if low[0] <= x <= high[0] and low[1] <= y <= high[1]:
            dots.append((oval(size, size, 12) + (x, y), pen))
    canvas.inside(shape, dots)


def cel(canvas: Canvas, rng: np.random.Generator, size: float) -> None:
    """A shape in two or three tones with its line around it, as a painted cel has."""
    centre = np.array((rng.uniform(0, 1) * canvas.width, rng.uniform(0, 1) * canvas.height))
    shape = blob(rng, size, int(rng.integers(4, 9)), 0.35) + centre
    colour = some_colour(rng)
    angle = float(rng.uniform(0, 6.3))
    if rng.random() < 0.25:
        canvas.ramp(shape, colour, darker(colour, 0.7))
    else:
        canvas.fill(shape, colour)
    depth = size * float(rng.uniform(0.08, 0.25))
    canvas.shade(shape, darker(colour, float(rng.uniform(0.6, 0.85))), (np.cos(angle) * depth, np.sin(angle) * depth))
    if rng.random() < 0.3:
        canvas.shade(shape, darker(colour, 0.5), (np.cos(angle) * depth / 2, np.sin(angle) * depth / 2))
    pen = ink(colour, rng)
    for _ in range(int(rng.integers(0, 7))):
        start = centre + rng.normal(0, size / 5, 2)
        path = wander(
            rng,
            (float(start[0]), float(start[1])),
            float(rng.uniform(0, 6.3)),
            size * float(rng.uniform(0.1, 0.5)),
            0.8,
        )
        canvas.line(path, pen, float(rng.uniform(0.5, 1.8)), 0.1, 0.8)
    if rng.random() < 0.85:
        canvas.outline(shape, pen, float(np.exp(rng.normal(0.35, 0.4))), rng)
