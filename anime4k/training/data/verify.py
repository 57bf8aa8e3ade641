"""Verifies that no piece of the test set is in a data set."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
from PIL import Image

from anime4k.training.data import store
from anime4k.training.data.crops import SIDE
from anime4k.training.data.leak import Index, Match, search
from anime4k.training.data.sources import held_out

Pixels = npt.NDArray[np.uint8]

SAME = 0.99
"""A crop whose detail correlates at least so with a test picture is a piece of it.

The largest value between pictures that have nothing to do with each other was 0.98, for straight bands of colour;
a piece that was only moved, mirrored or averaged down has more than 0.999.
"""

ALIKE = 0.9
"""A picture is one of the test set if this value is reached in many of its crops: see `_FEWEST` and `_PART`."""

_FEWEST = 3
_PART = 0.25
_BATCH = 4000
_STEPS = (0, 112, 224)


@dataclass(frozen=True)
class Verdict:
    """What was found.

    Attributes:
        forbidden: files of the table of pictures that are held out.
        leaks: what is like a piece of the test set, one line each.
        nearest: the most alike of what is none.
        checked: how many crops had detail by which they could be told.
        total: how many crops there are, those cut out of the windows included.
    """

    forbidden: tuple[str, ...]
    leaks: tuple[str, ...]
    nearest: Match | None
    checked: int
    total: int

    @property
    def clean(self) -> bool:
        """Whether nothing was found."""
        return not self.forbidden and not self.leaks


def verify(folder: Path, tests: Index, report: Callable[[str], None]) -> Verdict:
    """Search the crops and windows of a data set for the test pictures, and its table for what is held out.

    Raises:
        UsageError: the folder holds no data set.
    """
    data = store.load(folder)
    rows = {row["id"]: row for row in store.read_table(folder / store.PICTURE_TABLE)}
    forbidden = [f"{row['package']} {row['file']}" for row in rows.values() if held_out(row["package"], row["file"])]
    owners: list[str] = []
    matches: list[Match] = []
    checked = 0
    for pixels, names in (*_batches(data), *_windows(folder)):
        found, some = search(pixels, tests)
        matches += [Match(len(owners) + one.crop, one.test, one.factor, one.correlation) for one in found]
        owners += names
        checked += some
        report(f"{len(owners)} crops searched")
    guilty = _guilty(matches, owners)
    leaks = [
        f"{'crop' if one.crop < len(data.crops) else 'window piece'} {one.crop} of {_source(rows, owners[one.crop])} "
        f"is from {one.test} at {one.factor:.2f} times its size (correlation {one.correlation:.3f})"
        for one in guilty
    ]
    rest = [one for one in matches if one not in set(guilty)]
    nearest = max(rest, key=lambda one: one.correlation, default=None)
    return Verdict(tuple(forbidden), tuple(leaks), nearest, checked, len(owners))


def _guilty(matches: Sequence[Match], owners: Sequence[str]) -> list[Match]:
    """The matches that are no chance: nearly equal, or alike in a large part of one picture's crops."""
    crops = Counter(owners)
    alike: dict[tuple[str, str], list[Match]] = defaultdict(list)
    for match in matches:
        if match.correlation >= ALIKE:
            alike[owners[match.crop], match.test].append(match)
    result = [match for match in matches if match.correlation >= SAME]
    for (owner, _), found in alike.items():
        if len(found) >= max(_FEWEST, _PART * crops[owner]):
            result += [match for match in found if match.correlation < SAME]
    return result


def _source(rows: dict[str, dict[str, str]], picture: str) -> str:
    row = rows.get(picture)
    return f"{row['package']} {row['file']}" if row else picture


def _batches(data: store.DataSet) -> Iterator[tuple[Pixels, list[str]]]:
    for start in range(0, len(data.crops), _BATCH):
        yield data.crops[start : start + _BATCH], data.pictures[start : start + _BATCH].tolist()


def _windows(folder: Path) -> Iterator[tuple[Pixels, list[str]]]:
    """Pieces of every window as large as crops."""
    rows = store.read_table(folder / store.WINDOW_TABLE)
    for start in range(0, len(rows), _BATCH // len(_STEPS) ** 2):
        pieces, names = [], []
        for row in rows[start : start + _BATCH // len(_STEPS) ** 2]:
            window = np.asarray(Image.open(folder / store.WINDOWS / row["file"]).convert("RGB"))
            pieces += [window[y : y + SIDE, x : x + SIDE] for y in _STEPS for x in _STEPS]
            names += [row["picture"]] * len(_STEPS) ** 2
        yield np.stack(pieces), names
