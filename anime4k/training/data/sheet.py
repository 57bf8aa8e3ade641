"""A contact sheet: random crops of a data set side by side, to look at."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from PIL import Image

from anime4k.training.data.crops import SIDE
from anime4k.training.data.store import DataSet

_GAP = 2


def sheet(data: DataSet, path: Path, columns: int = 16, rows: int = 12, seed: int = 0, kind: str = "") -> None:
    """Write a PNG with random crops, of one kind only if one is named; grouped by kind from left to right."""
    rng = np.random.default_rng(seed)
    among = np.flatnonzero(data.kinds == kind) if kind else np.arange(len(data.crops))
    chosen = rng.permutation(among)[: columns * rows]
    chosen = chosen[np.argsort(data.kinds[chosen], kind="stable")]
    step = SIDE + _GAP
    canvas = np.full((rows * step, columns * step, 3), 128, np.uint8)
    for place, number in enumerate(chosen):
        top, left = place // columns * step, place % columns * step
        canvas[top : top + SIDE, left : left + SIDE] = data.crops[number]
    Image.fromarray(canvas).save(path)
