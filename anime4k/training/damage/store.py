"""Pair stores: folders with the crops of a recipe as two arrays, and a table that says where each pair is from.

    clean.npy    (pairs, 96, 96, 3) 8-bit RGB
    damaged.npy  (pairs, 96 / scale, 96 / scale, 3) 8-bit RGB
    pairs.csv    one row a pair: recipe, look, damage, codec, parameters, picture, window, y, x, split

The table is written last: a folder without it is not finished.
"""

from __future__ import annotations

import csv
import hashlib
import os
import re
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from PIL import Image

from anime4k.errors import MediaError, UsageError
from anime4k.training.damage.choose import places, turns
from anime4k.training.damage.recipe import Recipe
from anime4k.training.damage.window import damage

Codes = npt.NDArray[np.uint8]

SIDE = 96
"""Pixels of a clean crop's side."""
CROPS = 3
"""Crops from one damaged frame."""
CHECK_SHARE = 25
"""The windows of one picture in so many are for checking, not for training."""

CLEAN_FILE, DAMAGED_FILE, TABLE_FILE = "clean.npy", "damaged.npy", "pairs.csv"
COLUMNS = ("recipe", "look", "damage", "codec", "parameters", "picture", "window", "y", "x", "split")
_POSITION = re.compile(r"(-\d+){2}$")


@dataclass(frozen=True, eq=False)
class PairStore:
    """Pairs of crops, mapped from files.

    Attributes:
        clean: (pairs, side, side, 3) 8-bit RGB.
        damaged: (pairs, side / scale, side / scale, 3) 8-bit RGB.
        check: (pairs,) which pairs are for checking only.
        rows: the table, one dictionary a pair.
    """

    clean: Codes
    damaged: Codes
    check: npt.NDArray[np.bool_]
    rows: tuple[dict[str, str], ...]

    @property
    def train(self) -> npt.NDArray[np.bool_]:
        """(pairs,) which pairs are for training."""
        return ~self.check

    @property
    def scale(self) -> int:
        """Clean size by damaged size."""
        return int(self.clean.shape[1] // self.damaged.shape[1])


def load_pairs(folder: Path) -> PairStore:
    """A pair store; its crops stay on disk until they are looked at.

    Raises:
        MediaError: there is none, or it is not whole.
    """
    try:
        clean = np.load(folder / CLEAN_FILE, mmap_mode="r")
        damaged = np.load(folder / DAMAGED_FILE, mmap_mode="r")
        with (folder / TABLE_FILE).open(encoding="utf-8", newline="") as file:
            rows = tuple(csv.DictReader(file))
    except (OSError, ValueError) as error:
        raise MediaError(f"{folder} is no whole pair store: {error}; make it with the damage command.") from error
    if not len(clean) == len(damaged) == len(rows):
        raise MediaError(f"{folder} is no whole pair store: its files differ in length; make it again.")
    return PairStore(clean, damaged, np.array([row["split"] == "check" for row in rows]), rows)


def build(
    windows: Sequence[Path],
    folder: Path,
    recipe: Recipe,
    pairs: int,
    seed: int = 0,
    progress: Callable[[str], None] = lambda line: None,
) -> PairStore:
    """Make a pair store: the same windows, recipe and seed give the same bytes on the same kind of machine.

    Args:
        windows: picture files, in any order.
        folder: created if it is missing; a store that is there is replaced.
        recipe: what happens to the windows.
        pairs: how many.
        seed: of everything random.
        progress: told a line now and then.

    Raises:
        UsageError: there is no window, or one is too small.
        MediaError: a file cannot be read or written.
    """
    if not windows or pairs < 1:
        raise UsageError("A pair store needs at least one window and one pair.")
    names = sorted(windows, key=lambda path: path.name)
    slots = np.random.default_rng((seed, 1)).permutation(pairs)
    rows: list[tuple[str, ...]] = [()] * pairs
    small = SIDE // recipe.scale
    try:
        folder.mkdir(parents=True, exist_ok=True)
        (folder / TABLE_FILE).unlink(missing_ok=True)
        clean = _array(folder / CLEAN_FILE, pairs, SIDE)
        damaged = _array(folder / DAMAGED_FILE, pairs, small)
        pictures = [read(path) for path in names]
        order = turns(pictures, -(-pairs // CROPS), np.random.default_rng((seed, 0)))
        began = told = time.monotonic()
        for number, start in enumerate(range(0, pairs, CROPS)):
            stem = names[order[number]].stem
            random = np.random.default_rng((seed, 2, number))
            frame = damage(pictures[order[number]], recipe, random)
            chosen = slots[start : start + CROPS]
            corners = places(frame.clean, SIDE, recipe.scale, len(chosen), random)
            for slot, (y, x) in zip(chosen, corners, strict=True):
                top, left = y // recipe.scale, x // recipe.scale
                clean[slot] = frame.clean[y : y + SIDE, x : x + SIDE]
                damaged[slot] = frame.damaged[top : top + small, left : left + small]
                history = frame.history
                rows[slot] = (
                    *(recipe.name, history.look, history.damage, history.codec, history.parameters),
                    *(picture(stem), stem, str(y), str(x), split(stem)),
                )
            if time.monotonic() - told > 10:
                told = time.monotonic()
                progress(f"{recipe.name}: {start + len(chosen)} of {pairs} pairs, {told - began:.0f} s")
        clean.flush()
        damaged.flush()
        with (folder / TABLE_FILE).open("w", encoding="utf-8", newline="") as file:
            csv.writer(file, lineterminator="\n").writerows([COLUMNS, *rows])
    except OSError as error:
        raise MediaError(f"The pair store {folder} cannot be made: {error}.") from error
    return load_pairs(folder)


def read(path: Path) -> Codes:
    """A picture file as 8-bit RGB.

    Raises:
        OSError: it is missing or damaged.
    """
    with Image.open(path) as file:
        return np.asarray(file.convert("RGB"))


def picture(window: str) -> str:
    """The picture that a window is cut from: its name without the position at the end, "-x-y"."""
    return _POSITION.sub("", window)


def split(window: str) -> str:
    """"check" for the windows of one picture in `CHECK_SHARE`, decided by its name alone, else "train"."""
    digest = hashlib.sha256(picture(window).encode()).hexdigest()
    return "train" if int(digest, 16) % CHECK_SHARE else "check"


def _array(path: Path, pairs: int, side: int) -> np.memmap[Any, np.dtype[np.uint8]]:
    result = np.lib.format.open_memmap(path, mode="w+", dtype=np.uint8, shape=(pairs, side, side, 3))
    if hasattr(os, "posix_fallocate"):
        # Where a disk is full, writing to mapped memory ends the process; taking the room first is an error instead.
        with path.open("r+b") as file:
            os.posix_fallocate(file.fileno(), 0, path.stat().st_size)
    return result
