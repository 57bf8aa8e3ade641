"""Looks for pieces of the test set in a data set: moved, mirrored, scaled or changed a little.

Every distinct block of the test pictures, at several scales, is entered under its mark (`marks`). Of each crop the
most distinct blocks are looked up, as they are and mirrored, and what has the same mark is compared over a window of
48x48 pixels by correlation.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from anime4k.training.data.area import averaged, region
from anime4k.training.data.crops import SIDE, luma
from anime4k.training.data.marks import BLOCK, CELL, DISTINCT, cells, corner, marks, probes, slopes

Pixels = npt.NDArray[np.uint8]
Floats = npt.NDArray[np.float32]
Numbers = npt.NDArray[np.int64]

WINDOW = 48
"""Width and height of what is compared."""

SCALES = (1.0, 0.84, 0.7, 0.59, 0.5, 0.42, 0.35, 0.3, 0.25)
"""The sizes at which the test pictures are entered."""

_HOPEFUL = 0.95
"""Places whose coarse correlation is at least this are looked at more closely."""

_CHANGES = (0.92, 0.95, 0.975, 1.0, 1.025, 1.05, 1.08)
_FINE = (-0.01, -0.005, -0.0025, 0.0, 0.0025, 0.005, 0.01)
_PROMISING = 0.85
_SHIFT = 4
_DETAIL = 9
_MARGIN = (WINDOW - BLOCK) // 2
_GRID = tuple(range(_MARGIN, SIDE - WINDOW + _MARGIN + 1, 8))
_BLOCKS = 3
_CROWD = 16
"""A mark that the test pictures have in more places says nothing."""
_CHUNK = 1000
_PAIRS = 60_000


@dataclass(frozen=True)
class Match:
    """A crop and what it is most like.

    Attributes:
        crop: number of the crop.
        test: name of the test picture.
        factor: its size where it is most like the crop.
        correlation: of fine detail over a window, at most 1.
    """

    crop: int
    test: str
    factor: float
    correlation: float


@dataclass(frozen=True)
class _Hint:
    """Where a crop may come from: the window of the crop, the entered picture, and the place in it."""

    window: int
    owner: int
    place: int
    correlation: float


@dataclass(frozen=True)
class Index:
    """The test pictures, ready to be searched.

    Attributes:
        names: of the pictures, one for each of `scales`.
        scales: at which size they are entered.
        means: (n,) means of cells at all places of all pictures, one after the other.
        starts: where each begins in `means`.
        widths: width of each in `means`.
        steps: how many pixels of each one entered pixel covers, across and down.
        lights: luma of each in its own size.
        keys: sorted marks of the distinct blocks.
        places: where in `means` the window around the block of each key begins.
        owners: number of the picture of each key.
    """

    names: tuple[str, ...]
    scales: tuple[float, ...]
    means: Floats
    starts: Numbers
    widths: Numbers
    steps: tuple[tuple[float, float], ...]
    lights: tuple[Floats, ...]
    keys: npt.NDArray[np.uint32]
    places: Numbers
    owners: Numbers


def index(tests: Iterable[tuple[str, Pixels]], scales: Sequence[float] = SCALES) -> Index:
    """Enter test pictures, RGB (h, w, 3)."""
    names: list[str] = []
    sizes: list[float] = []
    means: list[Floats] = []
    starts: list[int] = []
    widths: list[int] = []
    steps: list[tuple[float, float]] = []
    lights: list[Floats] = []
    keys: list[npt.NDArray[np.uint32]] = []
    places: list[Numbers] = []
    owners: list[Numbers] = []
    start = 0
    for name, picture in tests:
        light = luma(picture)
        for scale in scales:
            size = round(picture.shape[1] * scale), round(picture.shape[0] * scale)
            if min(size) < WINDOW:
                continue
            field = cells(luma(averaged(picture, scale)))
            differences = slopes(field)
            inner = np.zeros(differences[0].shape, np.bool_)
            inner[_MARGIN : size[1] - WINDOW + _MARGIN + 1, _MARGIN : size[0] - WINDOW + _MARGIN + 1] = True
            rows, columns = np.nonzero((corner(differences) > DISTINCT) & inner)
            keys.append(marks(differences)[rows, columns])
            places.append(start + (rows - _MARGIN) * field.shape[1] + (columns - _MARGIN))
            owners.append(np.full(len(rows), len(names)))
            names.append(name)
            sizes.append(scale)
            means.append(field.ravel())
            starts.append(start)
            widths.append(field.shape[1])
            steps.append((picture.shape[1] / size[0], picture.shape[0] / size[1]))
            lights.append(light)
            start += field.size
    key = np.concatenate(keys)
    order = np.argsort(key, kind="stable")
    return Index(
        tuple(names),
        tuple(sizes),
        np.concatenate(means),
        np.array(starts, np.int64),
        np.array(widths, np.int64),
        tuple(steps),
        tuple(lights),
        key[order],
        np.concatenate(places)[order],
        np.concatenate(owners)[order],
    )


def search(crops: Pixels, tests: Index) -> tuple[list[Match], int]:
    """What crops (n, 96, 96, 3) are most like, the most alike first; crops that are like nothing are left out.

    Also how many of them have a distinct block; the others show nothing by which they could be told.
    """
    matches: list[Match] = []
    checked = 0
    for start in range(0, len(crops), _CHUNK):
        numbers, windows = distinct_windows(np.asarray(crops[start : start + _CHUNK]))
        checked += len(np.unique(numbers))
        best: dict[int, tuple[_Hint, Floats]] = {}
        for mirrored in (windows, windows[:, :, ::-1], windows[:, ::-1], windows[:, ::-1, ::-1]):
            for hint in compared(np.ascontiguousarray(mirrored), tests):
                crop = start + int(numbers[hint.window])
                if hint.correlation >= max(_HOPEFUL, best[crop][0].correlation if crop in best else 0):
                    best[crop] = hint, mirrored[hint.window]
        matches += [refined(crop, window, hint, tests) for crop, (hint, window) in best.items()]
    return sorted(matches, key=lambda match: -match.correlation), checked


def refined(crop: int, window: Floats, hint: _Hint, tests: Index) -> Match:
    """How like the fine detail of a window is to that of the test picture around a place, moved and scaled a little.

    First in coarse steps; where that is promising, in fine ones around the best.
    """
    mine = normal(detail(window).reshape(1, -1))[0]
    coarse = [(change, x, y) for change in _CHANGES for x in (0.0, 0.5) for y in (0.0, 0.5)]
    value, (change, x, y) = max((likeness(mine, hint, tests, *pose), pose) for pose in coarse)
    if value > _PROMISING:
        near = (-0.25, 0.0, 0.25)
        fine = [(change * (1 + part), x + right, y + down) for part in _FINE for right in near for down in near]
        value, (change, x, y) = max((likeness(mine, hint, tests, *pose), pose) for pose in fine)
    return Match(crop, tests.names[hint.owner], tests.scales[hint.owner] * change, value)


def likeness(mine: Floats, hint: _Hint, tests: Index, change: float, x: float, y: float) -> float:
    """The best correlation of detail with the test picture scaled by `change` and moved by (x, y) and whole pixels."""
    row, column = divmod(hint.place - int(tests.starts[hint.owner]), int(tests.widths[hint.owner]))
    across, down = tests.steps[hint.owner]
    # Never larger than the picture is: the means would be over less than a pixel.
    steps = max(1.0, across / change), max(1.0, down / change)
    side, size = WINDOW + 2 * _SHIFT, WINDOW - _DETAIL + 1
    left = (column + WINDOW / 2) * across + (x - side / 2) * steps[0]
    top = (row + WINDOW / 2) * down + (y - side / 2) * steps[1]
    theirs = detail(region(tests.lights[hint.owner], (left, top), steps, side))
    places = np.lib.stride_tricks.sliding_window_view(theirs, (size, size))
    return float((normal(places.reshape(-1, size * size)) @ mine).max())


def detail(light: Floats) -> Floats:
    """Luma without what a 9x9 mean keeps, eight smaller than the picture."""
    edge = _DETAIL // 2
    result: Floats = light[..., edge:-edge, edge:-edge] - cells(light, _DETAIL)
    return result


def distinct_windows(crops: Pixels) -> tuple[Numbers, Floats]:
    """(number of the crop, luma (48, 48)) of windows around the most distinct blocks of crops (n, 96, 96, 3)."""
    light = luma(crops)
    grid = np.array(_GRID)
    steep = corner([one[:, grid[:, None], grid] for one in slopes(cells(light))])
    flat = steep.reshape(len(crops), -1)
    chosen = np.argsort(-flat, 1, kind="stable")[:, :_BLOCKS]
    crop = np.repeat(np.arange(len(crops)), _BLOCKS)
    place = chosen.ravel()
    kept = flat[crop, place] > DISTINCT
    crop, place = crop[kept], place[kept]
    rows, columns = grid[place // len(grid)] - _MARGIN, grid[place % len(grid)] - _MARGIN
    span = np.arange(WINDOW)
    windows = light[crop[:, None, None], (rows[:, None] + span)[:, :, None], (columns[:, None] + span)[:, None, :]]
    return crop, windows


def compared(windows: Floats, tests: Index) -> list[_Hint]:
    """The best place of every window that has the same mark somewhere."""
    if not len(windows):
        return []
    best: dict[int, _Hint] = {}
    means = cells(windows)
    differences = np.stack([one[:, 0, 0] for one in slopes(means[:, _MARGIN:, _MARGIN:])], -1)
    wanted = probes(differences)
    low = np.searchsorted(tests.keys, wanted, "left")
    count = np.searchsorted(tests.keys, wanted, "right") - low
    count[count > _CROWD] = 0
    window = np.repeat(np.repeat(np.arange(len(windows)), wanted.shape[1]), count.ravel())
    ends = np.cumsum(count.ravel())
    entry = (
        np.arange(len(window)) - np.repeat(ends - count.ravel(), count.ravel()) + np.repeat(low.ravel(), count.ravel())
    )
    step = np.arange(0, WINDOW - CELL + 1, CELL)
    mine = normal(means[:, step[:, None], step].reshape(len(windows), -1))
    for start in range(0, len(window), _PAIRS):
        part, found = window[start : start + _PAIRS], entry[start : start + _PAIRS]
        owner = tests.owners[found]
        offsets = step[None, :, None] * tests.widths[owner][:, None, None] + step
        theirs = normal(tests.means[tests.places[found][:, None] + offsets.reshape(len(found), -1)])
        values = np.einsum("ij,ij->i", mine[part], theirs)
        order = np.argsort(-values, kind="stable")
        _, first = np.unique(part[order], return_index=True)
        for number in order[first]:
            hint = _Hint(int(part[number]), int(owner[number]), int(tests.places[found][number]), float(values[number]))
            if hint.window not in best or hint.correlation > best[hint.window].correlation:
                best[hint.window] = hint
    return list(best.values())


def normal(rows: Floats) -> Floats:
    """Rows with mean 0 and length 1."""
    centred: Floats = rows - rows.mean(1, keepdims=True)
    centred /= np.maximum(1e-6, np.sqrt(np.einsum("ij,ij->i", centred, centred)))[:, None]
    return centred
