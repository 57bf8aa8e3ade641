"""The pictures that networks are given: the free test set, halved or damaged in each of the conditions."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path

import numpy as np
import numpy.typing as npt
from PIL import Image

from anime4k.quality import downloads, free_set

from .classes import Condition, Group
from .making import ROWS, made

Pixels = npt.NDArray[np.uint8]

PICTURES = {Condition.MEAN: tuple(free_set.PICTURES)} | dict.fromkeys(ROWS, ("club", "garden", "elves"))
"""The pictures of conditions that do not have `SOME`."""
SOME = tuple(name for name in free_set.PICTURES if name != free_set.RELATED)
_MAKERS = (
    "anime4k/media/roundtrip.py",
    "anime4k/quality/resample.py",
    "anime4k/training/damage/filters.py",
    "anime4k/training/damage/resample.py",
    "anime4k/training/damage/rows.py",
    "anime4k/training/damage/window.py",
    "benchmarks/scores/making.py",
)
"""What decides how an input looks; a change here makes all of them anew."""


@dataclass(frozen=True, eq=False)
class Case:
    """One picture under one condition.

    Attributes:
        condition: what was done to it.
        picture: its name.
        source: what a network gets.
        truth: what it should give.
    """

    condition: Condition
    picture: str
    source: Pixels
    truth: Pixels

    @cached_property
    def digest(self) -> str:
        """A name for both pictures."""
        sizes = repr((self.source.shape, self.truth.shape))
        return downloads.key(sizes, self.source.tobytes(), self.truth.tobytes())


@cache
def makers() -> str:
    """A name for the program text that makes inputs."""
    root = Path(__file__).resolve().parents[2]
    return downloads.key(*((root / name).read_bytes() for name in _MAKERS))


def remembered(condition: Condition, picture: Pixels) -> Pixels:
    """A picture under a condition, kept in the cache folder."""
    name = downloads.key(makers(), condition.group.name, condition.key, repr(picture.shape), picture.tobytes())
    path = downloads.folder() / "inputs" / f"{name}.png"
    if not path.is_file():
        path.parent.mkdir(exist_ok=True)
        partial = path.with_suffix(f".{os.getpid()}.partial.png")
        Image.fromarray(made(condition, picture)).save(partial)
        partial.replace(path)
    return np.asarray(Image.open(path).convert("RGB"))


def cases(group: Group, pairs: Sequence[free_set.Pair]) -> Iterator[Case]:
    """The pictures of a group under each of its conditions; one that is alone is in both groups."""
    for condition in Condition.of(group):
        for pair in pairs:
            if len(pairs) == 1 or pair.name in PICTURES.get(condition, SOME):
                yield Case(condition, pair.name, remembered(condition, pair.large), pair.large)
