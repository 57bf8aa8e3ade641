"""Which tiles of a frame differ from those that were drawn last, and which cells of each result follow from them."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from anime4k.pipeline.plan import Grid, Plan
from anime4k.pipeline.tiling import TILE, factor

Pixels = NDArray[Any]
Indices = NDArray[np.intp]
MOST_BYTES = 8
"""Size of the largest integers."""
_AT_ONCE = 8
"""Rows of tiles that are compared together."""
Mask = NDArray[np.bool_]
"""(rows, columns) of tiles or cells."""


def changed_tiles(
    planes: Sequence[Pixels], before: Sequence[Pixels], tiles: tuple[int, int], threshold: float = 0.0
) -> Mask:
    """The tiles in which any sample of any plane differs, bit by bit or by more than a threshold.

    Args:
        planes: of the frame, all of the same shapes and types as those before.
        before: those to compare with.
        tiles: columns and rows of tiles.
        threshold: largest difference that counts as none, in units of the samples.
    """
    columns, rows = tiles
    mask = np.zeros((rows, columns), np.bool_)
    height, width = planes[0].shape[:2]
    for plane, old in zip(planes, before, strict=True):
        if plane is old:
            continue
        each = factor(plane.shape[0], height), factor(plane.shape[1], width)
        found = exactly(plane, old, each, (rows, columns)) if threshold <= 0.0 else None
        mask |= _tiles_of(plane, old, each, (rows, columns), threshold) if found is None else found
    return mask


def mostly_other(planes: Sequence[Pixels], before: Sequence[Pixels], share: float) -> bool:
    """Whether more than a part of all tiles differ, as far as a row of each tells; a quick look, never a wrong yes."""
    plane, old = planes[0], before[0]
    rows, columns = -(-plane.shape[0] // TILE), -(-plane.shape[1] // TILE)
    seen, seen_before = plane[TILE // 2 :: TILE], old[TILE // 2 :: TILE]
    other = exactly(seen, seen_before, (TILE, 1), (len(seen), columns)) if len(seen) else None
    return other is not None and bool(np.count_nonzero(other) > share * rows * columns)


def exactly(plane: Pixels, old: Pixels, each: tuple[int, int], tiles: tuple[int, int]) -> Mask | None:
    """The tiles in which any bit of a plane differs; None where samples do not fill tiles evenly.

    Args:
        plane: of a frame.
        old: the same plane of another one, of the same shape and type.
        each: rows and columns of the source for each sample.
        tiles: rows and columns of tiles.
    """
    (down, across), (rows, columns) = each, tiles
    if TILE % down or TILE % across:
        return None
    high, wide = TILE // down, TILE // across * plane.itemsize * (plane.shape[2] if plane.ndim == 3 else 1)
    size = math.gcd(wide, MOST_BYTES)
    (ours, rest), (theirs, rest_before) = words(plane, size), words(old, size)
    height, width, each_tile = *ours.shape, wide // size
    if height > rows * high or width * size + rest.shape[1] > columns * wide:
        return None
    differ = np.not_equal(ours, theirs)
    full = height // high
    tall = np.zeros((rows, columns * each_tile), np.bool_)
    np.logical_or.reduce(differ[: full * high].reshape(full, high, width), axis=1, out=tall[:full, :width])
    if full * high < height:
        np.logical_or.reduce(differ[full * high :], axis=0, out=tall[full, :width])
    mask = tall[:, ::each_tile]
    for number in range(1, each_tile):
        mask = mask | tall[:, number::each_tile]
    if rest.size:
        ends = np.not_equal(rest, rest_before).any(axis=1)
        found = np.logical_or.reduceat(ends, np.arange(0, height, high))
        mask[: len(found), width * size // wide] |= found
    return mask


def words(plane: Pixels, size: int) -> tuple[Pixels, Pixels]:
    """(h, n) and (h, m): the bits of each row as integers of so many bytes, and the bytes behind the last of these.

    Large integers are compared as quickly as small ones, and there are fewer of them.
    """
    rows = plane if plane.ndim == 2 else plane.reshape(len(plane), -1)
    octets = (rows if rows.strides[1] == rows.itemsize else np.ascontiguousarray(rows)).view(np.uint8)
    end = octets.shape[1] // size * size
    return octets[:, :end].view(f"u{size}"), octets[:, end:]


def stretches(mask: Mask) -> list[tuple[int, int]]:
    """(first row, row behind the last) of tiles of which some are in a mask."""
    rows = np.zeros(len(mask) + 2, np.bool_)
    mask.any(axis=1, out=rows[1:-1])
    edges = (rows[1:] != rows[:-1]).nonzero()[0].tolist()
    return list(zip(edges[::2], edges[1::2], strict=True))


def bands(rows: Sequence[tuple[int, int]], height: int, source_height: int) -> list[tuple[int, int]]:
    """(first row, row behind the last) of the parts of a plane that hold such rows of tiles.

    Args:
        rows: what `stretches` has found.
        height: of the plane.
        source_height: of the first plane.
    """
    each = factor(height, source_height)
    found = [(-(-first * TILE // each), min(height, -(-last * TILE // each))) for first, last in rows]
    return [(first, last) for first, last in found if first < last]


def pixels_of(mask: Mask, shape: tuple[int, ...], source: tuple[int, int]) -> Mask:
    """Which samples of a plane lie in the tiles of a mask.

    Args:
        mask: of tiles.
        shape: of the plane.
        source: shape of the first plane.
    """
    down, across = (
        np.minimum(np.arange(n) * factor(n, whole) // TILE, count - 1)
        for n, whole, count in zip(shape[:2], source, mask.shape, strict=True)
    )
    chosen: Mask = mask[down][:, across]
    return chosen


class Finder:
    """Finds the cells that depend on changed tiles.

    Args:
        plan: with a tiling.
    """

    def __init__(self, plan: Plan) -> None:
        tiling = plan.tiling
        assert tiling is not None
        self.tiles = tiling.tiles
        self._windows = [_Window(grid) for grid in tiling.grids]
        work = [0.0] * len(tiling.grids)
        for step, grid in zip(plan.steps, tiling.of_steps, strict=True):
            work[grid] += step.reads + step.writes
        self._work = [each / sum(work) for each in work]

    def cells(self, changed: Mask) -> list[Mask]:
        """For every grid a mask of cells."""
        rows, columns = changed.shape
        counts = np.zeros((rows + 1, columns + 1), np.int32)
        np.cumsum(changed, 1, np.int32, out=counts[1:, 1:])
        np.cumsum(counts, 0, out=counts)
        return [window.cells(counts) for window in self._windows]

    def share(self, cells: Sequence[Mask]) -> float:
        """About which part of the work of a whole frame it is to draw these cells."""
        parts = (work * np.count_nonzero(mask) / mask.size for work, mask in zip(self._work, cells, strict=True))
        return float(sum(parts))


class _Window:
    def __init__(self, grid: Grid) -> None:
        columns, rows = np.array(grid.columns), np.array(grid.rows)
        self._left, self._right = columns[:, 0], columns[:, 1] + 1
        self._top, self._bottom = rows[:, 0], rows[:, 1] + 1

    def cells(self, counts: NDArray[np.int32]) -> Mask:
        down = counts.take(self._bottom, 0) - counts.take(self._top, 0)
        found: Mask = down.take(self._right, 1) != down.take(self._left, 1)
        return found


class Rectangles:
    """Tells the vertex stage which cells of a grid to draw, as few rectangles as are found in one go.

    Args:
        grid: the cells.
    """

    def __init__(self, grid: Grid) -> None:
        (width, height), size = grid.cell, grid.size
        self._left, self._right = _edges(len(grid.columns), width, size.width)
        self._low, self._high = _edges(len(grid.rows), height, size.height)

    def __call__(self, cells: Mask) -> NDArray[np.float32]:
        """(n, 4): rectangles that cover the cells of a mask, each once.

        Left and bottom edge in normalised device coordinates, width, and the height negated. Row 0 of a texture is at
        the bottom of the device.
        """
        rows, first, last, ends = runs(cells)
        left, low = self._left[first], self._low[rows]
        made = np.empty((len(rows), 4), np.float32)
        made[:, 0], made[:, 1] = left, low
        made[:, 2], made[:, 3] = self._right[last] - left, low - self._high[ends]
        return made


def runs(cells: Mask) -> tuple[Indices, Indices, Indices, Indices]:
    """(first row, first column, last column, last row) of rectangles that cover a mask.

    They are the stretches of each row, put together where stretches of neighbouring rows are the same.
    """
    rows, columns = cells.shape
    # One row behind the other, each with a gap before it: every stretch begins and ends at a change.
    flat = np.zeros(rows * (columns + 1) + 1, np.bool_)
    flat[:-1].reshape(rows, columns + 1)[:, 1:] = cells
    edges = (flat[1:] != flat[:-1]).nonzero()[0]
    row, first = np.divmod(edges[::2], columns + 1)
    last = first + edges[1::2] - edges[::2] - 1
    if len(row) == 1:
        return row, first, last, row
    order = np.argsort((first * columns + last) * rows + row)
    row, first, last = row[order], first[order], last[order]
    begins = np.ones(len(row), np.bool_)
    begins[1:] = (row[1:] - row[:-1] != 1) | (first[1:] != first[:-1]) | (last[1:] != last[:-1])
    starts = begins.nonzero()[0]
    ends = np.empty_like(starts)
    ends[:-1], ends[-1:] = starts[1:] - 1, len(row) - 1
    return row[starts], first[starts], last[starts], row[ends]


def places(cells: Mask) -> NDArray[np.uint32]:
    """(n, 2): column and row of the cells of a mask."""
    return np.argwhere(cells)[:, ::-1].astype(np.uint32)


def _edges(count: int, cell: int, extent: int) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    first = np.arange(count) * cell
    last = np.minimum(first + cell, extent)
    return first * 2.0 / extent - 1.0, last * 2.0 / extent - 1.0


def _differences(plane: Pixels, old: Pixels, threshold: float) -> Pixels:
    """(h, w) or (h, w, c): by how much samples differ; without a threshold any numbers that are 0 where they do not."""
    if threshold <= 0.0:
        found: Pixels = np.bitwise_xor(_bits(plane), _bits(old))
    elif plane.dtype == np.float32:
        found = np.abs(plane - old)
        found[np.isnan(found)] = np.inf
    else:
        found = np.maximum(plane, old) - np.minimum(plane, old)
    if found.ndim == 3:
        found = (np.maximum if threshold > 0.0 else np.bitwise_or).reduce(found, axis=2)
    return found


def _bits(plane: Pixels) -> Pixels:
    return plane.view(np.uint32) if plane.dtype == np.float32 else plane


def _tiles_of(plane: Pixels, old: Pixels, each: tuple[int, int], tiles: tuple[int, int], threshold: float) -> Mask:
    """(rows, columns) of tiles that differ, for samples of so many pixels of the source down and across."""
    (down, across), (rows, columns) = each, tiles
    whole = threshold <= 0.0
    put: np.ufunc = np.bitwise_or if whole else np.maximum
    height, width = plane.shape[:2]
    starts = [-(-row * TILE // down) for row in range(rows + 1)]
    tall = np.zeros((rows, width), _bits(plane).dtype if whole else plane.dtype)
    # A few rows of tiles at a time stay in the processor's cache.
    for first in range(0, rows, _AT_ONCE):
        begin, end = starts[first], min(starts[min(first + _AT_ONCE, rows)], height)
        if begin >= end:
            break
        found = _differences(plane[begin:end], old[begin:end], threshold)
        high, count = TILE // down, (end - begin) // (TILE // down) if TILE % down == 0 else 0
        if count:
            put.reduce(found[: count * high].reshape(count, high, width), axis=1, out=tall[first : first + count])
        for row in range(first + count, min(first + _AT_ONCE, rows)):
            part = found[starts[row] - begin : starts[row + 1] - begin]
            if len(part):
                put.reduce(part, axis=0, out=tall[row])
    edges = -(-np.arange(columns) * TILE // across)
    held = edges < width
    mask = np.zeros((rows, columns), np.bool_)
    mask[:, held] = put.reduceat(tall, edges[held], axis=1) > (0 if whole else threshold)
    return mask
