"""Whole pictures out of the parts: figures before backgrounds, action, tone, captions."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from PIL import Image

from anime4k.training.data.procedural.canvas import Canvas, Colour
from anime4k.training.data.procedural.curves import blob
from anime4k.training.data.procedural.figures import draw_head, some_head
from anime4k.training.data.procedural.places import hills, town, wash
from anime4k.training.data.procedural.text import lettering
from anime4k.training.data.procedural.tone import cel, hatching, screentone, some_colour, speed_lines, strokes

Pixels = npt.NDArray[np.uint8]

WIDTH, HEIGHT = 560, 400
"""Size in pixels before some pictures are averaged down a little."""

SCENES = ("heads", "cels", "page", "place", "caption")
_WEIGHTS = (0.42, 0.2, 0.1, 0.16, 0.12)


def picture(scene: str, rng: np.random.Generator) -> Pixels:
    """A finished picture (h, w, 3) of one of the `SCENES`."""
    paper: Colour = (250, 250, 248) if scene == "page" else some_colour(rng)
    canvas = Canvas(WIDTH, HEIGHT, paper)
    {"heads": _heads, "cels": _cels, "page": _page, "place": _place, "caption": _caption}[scene](canvas, rng)
    return developed(canvas, rng)


def any_scene(rng: np.random.Generator) -> str:
    """One of the `SCENES`, figures most often."""
    return str(rng.choice(SCENES, p=_WEIGHTS))


def developed(canvas: Canvas, rng: np.random.Generator) -> Pixels:
    """The finished picture: half of them softened by a slight reduction, a few with grain."""
    pixels = canvas.finished()
    if rng.random() < 0.5:
        factor = float(rng.uniform(0.8, 1.0))
        size = round(canvas.width * factor), round(canvas.height * factor)
        pixels = np.asarray(Image.fromarray(pixels).resize(size, Image.Resampling.BILINEAR))
    if rng.random() < 0.08:
        grain = rng.normal(0, rng.uniform(0.6, 2), pixels.shape[:2])[:, :, None]
        pixels = np.clip(np.rint(pixels + grain), 0, 255).astype(np.uint8)
    return pixels


def _behind(canvas: Canvas, rng: np.random.Generator) -> None:
    """Any background, often out of focus."""
    (wash, wash, hills, town)[int(rng.integers(4))](canvas, rng)
    if rng.random() < 0.3:
        for _ in range(int(rng.integers(2, 6))):
            cel(canvas, rng, float(rng.uniform(60, 200)))
    if rng.random() < 0.5:
        canvas.blur(float(rng.uniform(0.8, 5)))
    elif rng.random() < 0.25:
        speed_lines(canvas, rng)


def _heads(canvas: Canvas, rng: np.random.Generator) -> None:
    _behind(canvas, rng)
    heads = [some_head(rng, canvas.width, canvas.height) for _ in range(int(rng.integers(1, 6)))]
    # Who is smaller stands behind.
    for head in sorted(heads, key=lambda head: head.size):
        draw_head(canvas, head, rng)
    if rng.random() < 0.15:
        lettering(canvas, rng, (rng.uniform(10, 200), canvas.height * 0.85), float(rng.uniform(14, 34)))


def _cels(canvas: Canvas, rng: np.random.Generator) -> None:
    _behind(canvas, rng)
    for _ in range(int(rng.integers(6, 18))):
        cel(canvas, rng, float(np.exp(rng.uniform(np.log(30), np.log(260)))))
    strokes(canvas, rng, int(rng.integers(5, 40)))
    for _ in range(int(rng.integers(0, 4))):
        hatching(canvas, rng)
    if rng.random() < 0.3:
        centre = (rng.uniform(0, canvas.width), rng.uniform(0, canvas.height))
        canvas.glow(blob(rng, 60) + centre, (255, 240, 200), 18, 0.9)


def _page(canvas: Canvas, rng: np.random.Generator) -> None:
    """Black on white, as printed."""
    if rng.random() < 0.5:
        speed_lines(canvas, rng)
    for _ in range(int(rng.integers(2, 6))):
        centre = (rng.uniform(0, canvas.width), rng.uniform(0, canvas.height))
        shape = blob(rng, float(rng.uniform(80, 240))) + centre
        canvas.fill(shape, (252, 252, 252))
        screentone(canvas, shape, rng)
        canvas.outline(shape, (14, 14, 16), float(rng.uniform(1, 2.5)), rng)
    for _ in range(int(rng.integers(3, 9))):
        hatching(canvas, rng)
    strokes(canvas, rng, int(rng.integers(10, 40)))
    for _ in range(int(rng.integers(1, 4))):
        lettering(canvas, rng, (rng.uniform(0, 380), rng.uniform(0, 360)), float(rng.uniform(12, 40)))


def _place(canvas: Canvas, rng: np.random.Generator) -> None:
    (hills, town)[int(rng.integers(2))](canvas, rng)
    if rng.random() < 0.3:
        strokes(canvas, rng, int(rng.integers(3, 12)))
    if rng.random() < 0.3:
        lettering(canvas, rng, (rng.uniform(0, 300), rng.uniform(0, 340)), float(rng.uniform(14, 44)))


def _caption(canvas: Canvas, rng: np.random.Generator) -> None:
    _behind(canvas, rng)
    top = float(rng.uniform(4, 40))
    while top < canvas.height - 20:
        size = float(np.exp(rng.uniform(np.log(11), np.log(54))))
        lettering(canvas, rng, (float(rng.uniform(2, 220)), top), size)
        top += size * float(rng.uniform(1.4, 2.6))
