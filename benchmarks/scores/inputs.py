"""The pictures that networks are given: the free test set, halved or damaged in each of the conditions."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
import numpy.typing as npt
from PIL import Image

from anime4k.media import roundtrip
from anime4k.quality import downloads, free_set
from anime4k.quality.resample import Kernel, half
from anime4k.training.damage import rows

from .classes import Condition, Group

Pixels = npt.NDArray[np.uint8]

KERNELS = {
    Condition.MEAN: Kernel.BOX,
    Condition.CUBIC: Kernel.CATMULL_ROM,
    Condition.LANCZOS: Kernel.LANCZOS3,
    Condition.MITCHELL: Kernel.MITCHELL,
    Condition.TRIANGLE: Kernel.TRIANGLE,
}
ROWS = dict(zip(Condition.of(Group.RESTORE), (*rows.ROWS, *rows.EXACT_ROWS), strict=True))
"""What is done to the pictures of the restoring group: the rows are in the order of the conditions."""
PICTURES = {Condition.MEAN: tuple(free_set.PICTURES)} | dict.fromkeys(ROWS, ("club", "garden", "elves"))
"""The pictures of conditions that do not have `SOME`."""
SOME = tuple(name for name in free_set.PICTURES if name != free_set.RELATED)
JPEG_QUALITY = 75
CRF = 23
HELD_FRAMES = 3

_MAKERS = (
    "anime4k/media/roundtrip.py",
    "anime4k/quality/resample.py",
    "anime4k/training/damage/filters.py",
    "anime4k/training/damage/resample.py",
    "anime4k/training/damage/rows.py",
    "anime4k/training/damage/window.py",
    "benchmarks/scores/inputs.py",
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


def jpeg(picture: Pixels) -> Pixels:
    """A picture after JPEG with halved chroma."""
    data = io.BytesIO()
    Image.fromarray(picture).save(data, "JPEG", quality=JPEG_QUALITY, subsampling=2)
    return np.asarray(Image.open(data).convert("RGB"))


def coded(picture: Pixels) -> Pixels:
    """A picture after H.264: the last frame of a clip in which it stands still."""
    height, width = picture.shape[:2]
    even = np.pad(picture, ((0, height % 2), (0, width % 2), (0, 0)), mode="edge")
    frames = roundtrip.roundtrip([even] * HELD_FRAMES, roundtrip.Codec.X264, (("crf", str(CRF)), ("preset", "medium")))
    return np.ascontiguousarray(frames[-1].picture[:height, :width])


def made(condition: Condition, picture: Pixels) -> Pixels:
    """A picture of even size under a condition."""
    if condition in KERNELS:
        return half(picture, KERNELS[condition])
    if condition is Condition.MEAN_JPEG:
        return jpeg(half(picture))
    if condition is Condition.MEAN_CRF23:
        return coded(half(picture))
    return ROWS[condition].make(picture)


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
        partial = path.with_suffix(".partial.png")
        Image.fromarray(made(condition, picture)).save(partial)
        partial.replace(path)
    return np.asarray(Image.open(path).convert("RGB"))


def cases(group: Group, pairs: Sequence[free_set.Pair]) -> Iterator[Case]:
    """The pictures of a group under each of its conditions; one that is alone is in both groups."""
    for condition in Condition.of(group):
        for pair in pairs:
            if len(pairs) == 1 or pair.name in PICTURES.get(condition, SOME):
                yield Case(condition, pair.name, remembered(condition, pair.large), pair.large)
