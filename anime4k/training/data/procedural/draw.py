"""Drawn pictures for a data set."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt

from anime4k.training.data.procedural.scenes import any_scene, picture

Pixels = npt.NDArray[np.uint8]


def drawings(count: int, seed: int) -> Iterator[tuple[str, Pixels]]:
    """(scene, picture) for `count` pictures; each only depends on the seed and on its number.

    Lettering depends on the fonts of the machine too.
    """
    for number in range(count):
        rng = np.random.default_rng([seed, number])
        scene = any_scene(rng)
        yield scene, picture(scene, rng)
