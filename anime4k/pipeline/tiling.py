"""Which parts of each result depend on which tiles of the source: worked out once for a plan.

The source is divided into tiles of 16x16 pixels of its first plane. The results of steps are divided into cells, which
are what is drawn or left as it was. Of every column of cells it is known from which column of tiles to which one the
texels lie that have a say in it, whatever lies between, and of rows likewise.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from anime4k.pipeline.plan import Grid, Plan, Role, Size, Span, Step, Tiling
from anime4k.pipeline.reach import Along, Reaches

TILE = 16
"""Pixels of the source across and down that are looked at together."""
MOST_CELLS = 65535
"""Cells of a step: work groups that every device starts at once."""

Indices = NDArray[np.int64]
Ends = tuple[Indices, Indices]
"""For every texel along an axis the first and the last pixel of the source that it depends on."""
_Key = tuple[Size, tuple[int, int], bool]


def tiling(plan: Plan, reaches_of: Callable[[Step], Reaches | None]) -> Tiling | None:
    """The tiling of a plan; None where the reach of a step is unknown or nothing would be won.

    Args:
        plan: whose planes are in the order in which they are uploaded.
        reaches_of: tells what a step depends on.
    """
    planes = [texture for texture in plan.textures if texture.role is Role.PLANE]
    source = planes[0].size
    columns: dict[int, Ends] = {}
    rows: dict[int, Ends] = {}
    for number, texture in enumerate(plan.textures):
        if texture.role is Role.PLANE:
            columns[number] = plane_ends(texture.size.width, source.width)
            rows[number] = plane_ends(texture.size.height, source.height)
    found: dict[_Key, list[tuple[Ends, Ends]]] = {}
    keys: list[_Key] = []
    for step in plan.steps:
        reaches = reaches_of(step)
        if reaches is None:
            return None
        known = [(texture, reach) for texture, reach in reaches if texture in columns]
        if not known:
            return None
        across = _merged([_seen(reach.across, step.size.width, columns[texture]) for texture, reach in known])
        down = _merged([_seen(reach.down, step.size.height, rows[texture]) for texture, reach in known])
        for output in step.outputs:
            columns[output], rows[output] = across, down
        keys.append((step.size, _cell(step, source), step.block is not None))
        found.setdefault(keys[-1], []).append((across, down))
    tiles = (-(-source.width // TILE), -(-source.height // TILE))
    grids = tuple(
        Grid(
            size, cell, grouped,
            _spans(_merged([across for across, _ in several]), cell[0]),
            _spans(_merged([down for _, down in several]), cell[1]),
        )
        for (size, cell, grouped), several in found.items()
    )  # fmt: skip
    if any(len(grid.columns) * len(grid.rows) > MOST_CELLS for grid in grids):
        return None
    order = list(found)
    return Tiling(tiles, grids, tuple(order.index(key) for key in keys))


def factor(extent: int, source: int) -> int:
    """Pixels of the source for each sample of a plane, along one axis."""
    return -(-source // extent)


def plane_ends(extent: int, source: int) -> Ends:
    """The pixels of the source that samples of a plane stand for."""
    each = factor(extent, source)
    first = np.arange(extent, dtype=np.int64) * each
    return np.minimum(first, source - 1), np.minimum(first + each - 1, source - 1)


def _cell(step: Step, source: Size) -> tuple[int, int]:
    """As large as a tile on the result, or as what a work group makes."""
    if step.block is not None:
        (across, down), (columns, rows) = step.block.pixels, step.block.threads
        return across * columns, down * rows
    return tuple(  # type: ignore[return-value]
        max(4, round(TILE * ours / theirs))
        for ours, theirs in ((step.size.width, source.width), (step.size.height, source.height))
    )


def _seen(along: Along, extent: int, ends: Ends) -> Ends:
    """What pixels depend on that read texels of which it is known."""
    places = (np.arange(extent) + 0.5) * along.scale
    last = len(ends[0]) - 1
    first = np.clip(np.floor(places + along.low), 0, last).astype(np.int64)
    final = np.clip(np.floor(places + along.high), 0, last).astype(np.int64)
    return ends[0][first], ends[1][final]


def _merged(several: Sequence[Ends]) -> Ends:
    first, last = several[0]
    for other in several[1:]:
        first, last = np.minimum(first, other[0]), np.maximum(last, other[1])
    return first, last


def _spans(ends: Ends, cell: int) -> tuple[Span, ...]:
    first, last = ends
    starts = np.arange(0, len(first), cell)
    lowest, highest = np.minimum.reduceat(first, starts) // TILE, np.maximum.reduceat(last, starts) // TILE
    return tuple(zip(lowest.tolist(), highest.tolist(), strict=True))
