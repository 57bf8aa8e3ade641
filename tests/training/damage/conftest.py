"""Windows for the tests of damage: drawn by formula, with lines, corners and a gradient."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest
from PIL import Image

Codes = npt.NDArray[np.uint8]


def draw(size: int, number: int = 0) -> Codes:
    """A window; another number gives another drawing."""
    random = np.random.default_rng(number)
    y, x = np.mgrid[0:size, 0:size].astype(float)
    picture = np.stack([100 + x / size * 70, 110 + y / size * 60, 150 - x / size * 40], -1)
    for _ in range(24):
        centre, radius = random.uniform(0, size, 2), random.uniform(6, size / 3)
        ring = np.abs(np.hypot(x - centre[0], y - centre[1]) - radius) < random.uniform(0.8, 2.5)
        picture[ring] = random.uniform(0, 255, 3)
        line = np.abs(np.mod(x * random.uniform(-1, 1) + y, 3 * radius) - radius) < 1.2
        picture[line] *= 0.6
    return np.clip(np.floor(picture + 0.5), 0, 255).astype(np.uint8)


@pytest.fixture(scope="session")
def window() -> Codes:
    """One of 160x160."""
    return draw(160)


@pytest.fixture(scope="session")
def make_windows(tmp_path_factory: pytest.TempPathFactory) -> Callable[[int], Path]:
    """Writes so many windows of 160x160 as a data set does, and returns the data set's folder."""

    def make(count: int) -> Path:
        folder = tmp_path_factory.mktemp("set")
        (folder / "windows").mkdir()
        for number in range(count):
            picture = Image.fromarray(draw(160, number))
            picture.save(folder / "windows" / f"drawn-{number // 2:03}-{16 * (number % 2)}-32.png")
        return folder

    return make
