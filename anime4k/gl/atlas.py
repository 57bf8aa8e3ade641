"""Where the tiles of an overlay lie in the few textures that they are drawn from. Pure."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from anime4k.overlay import Overlay, Pixels, Tile

FLOATS = 16
"""Numbers of one rectangle: target (x, y, width, height), first texel of the target's corner (x, y), texels a pixel
(x, y), readable texels (first x, first y, last x, last y), colour (r, g, b, a)."""

CORNERS = 6
"""Vertices of one rectangle: two triangles."""

Vertices = npt.NDArray[np.float32]


@dataclass(frozen=True)
class Kind:
    """How the texels of a rectangle become pixels.

    Attributes:
        rgba: whether they are premultiplied RGBA; otherwise coverage.
        scaled: whether they are interpolated.
    """

    rgba: bool
    scaled: bool


@dataclass
class Run:
    """Rectangles of one kind that follow one another.

    Attributes:
        kind: what they have in common.
        first: number of the first one in the batch.
        count: how many.
    """

    kind: Kind
    first: int
    count: int = 0


@dataclass(frozen=True)
class _Piece:
    """As much of a tile as fits into a texture: target pixels, and the texels that they need."""

    target: tuple[int, int, int, int]
    origin: tuple[float, float]
    pixels: Pixels


@dataclass
class Sheet:
    """A texture being filled row of tiles by row of tiles.

    Attributes:
        side: largest width and height.
        size: (width, height) in use.
        placed: (x, y, pixels) of what it holds.
    """

    side: int
    size: tuple[int, int] = (0, 0)
    placed: list[tuple[int, int, Pixels]] = field(default_factory=list)
    _x: int = 0
    _y: int = 0
    _row: int = 0

    def place(self, pixels: Pixels) -> tuple[int, int] | None:
        """Where the pixels go (x, y), None when they have no room any more."""
        height, width = pixels.shape[:2]
        x, y, row = self._x, self._y, self._row
        if x + width > self.side:
            x, y, row = 0, y + row, 0
        if y + height > self.side:
            return None
        self._x, self._y, self._row = x + width, y, max(row, height)
        self.size = (max(self.size[0], x + width), max(self.size[1], y + height))
        self.placed.append((x, y, pixels))
        return x, y

    def picture(self) -> Pixels:
        """The texels of the part in use; those between the tiles are undefined and never read."""
        width, height = self.size
        canvas = np.empty((height, width, *self.placed[0][2].shape[2:]), np.uint8)
        for x, y, pixels in self.placed:
            canvas[y : y + pixels.shape[0], x : x + pixels.shape[1]] = pixels
        return canvas


@dataclass
class Batch:
    """What is drawn without changing textures: rectangles in drawing order, and the two sheets they are drawn from."""

    coverage: Sheet
    rgba: Sheet
    numbers: list[float] = field(default_factory=list)
    runs: list[Run] = field(default_factory=list)

    def sheet(self, kind: Kind) -> Sheet:
        """The one for a kind."""
        return self.rgba if kind.rgba else self.coverage

    def add(self, kind: Kind, *numbers: float) -> None:
        """Append a rectangle."""
        if not self.runs or self.runs[-1].kind != kind:
            self.runs.append(Run(kind, len(self.numbers) // FLOATS))
        self.runs[-1].count += 1
        self.numbers += numbers

    def vertices(self) -> Vertices:
        """(rectangles * CORNERS, FLOATS): each rectangle is repeated for its corners."""
        return np.repeat(np.array(self.numbers, np.float32).reshape(-1, FLOATS), CORNERS, axis=0)


def batches(overlay: Overlay, window: tuple[int, int], side: int) -> list[Batch]:
    """Distribute the visible tiles of an overlay.

    Args:
        overlay: its tiles.
        window: (width, height) in pixels; what lies outside is left out.
        side: largest width and height of a texture, at least 4.
    """
    result: list[Batch] = []
    for tile in overlay.tiles:
        if not _visible(tile, window):
            continue
        red, green, blue, alpha = (value / 255.0 for value in tile.colour)
        step = (tile.pixels.shape[1] / tile.width, tile.pixels.shape[0] / tile.height)
        # A single texel has nothing to interpolate.
        kind = Kind(tile.pixels.ndim == 3, step != (1.0, 1.0) and tile.pixels.shape[:2] != (1, 1))
        for piece in _pieces(tile, side):
            place = result[-1].sheet(kind).place(piece.pixels) if result else None
            if place is None:
                result.append(Batch(Sheet(side), Sheet(side)))
                place = result[-1].sheet(kind).place(piece.pixels)
            assert place is not None, "a piece is never larger than an empty sheet"
            x, y = place
            height, width = piece.pixels.shape[:2]
            result[-1].add(
                kind, *piece.target, x + piece.origin[0], y + piece.origin[1], *step,
                x, y, x + width - 1, y + height - 1, red, green, blue, alpha,
            )  # fmt: skip
    return result


def _visible(tile: Tile, window: tuple[int, int]) -> bool:
    return bool(
        tile.colour[3] > 0
        and tile.pixels.size
        and tile.width > 0
        and tile.height > 0
        and tile.x < window[0]
        and tile.y < window[1]
        and tile.x + tile.width > 0
        and tile.y + tile.height > 0
    )


def _pieces(tile: Tile, side: int) -> Iterator[_Piece]:
    """The tile, cut where it is larger than a texture; pieces share a texel at each cut, so that it cannot be seen."""
    height, width = tile.pixels.shape[:2]
    if width <= side and height <= side:
        yield _Piece((tile.x, tile.y, tile.width, tile.height), (0.0, 0.0), tile.pixels)
        return
    for top, bottom, first_row, end_row in _cuts(height, tile.height, side):
        for left, right, first, end in _cuts(width, tile.width, side):
            yield _Piece(
                (tile.x + left, tile.y + top, right - left, bottom - top),
                (left * width / tile.width - first, top * height / tile.height - first_row),
                tile.pixels[first_row:end_row, first:end],
            )


def _cuts(texels: int, pixels: int, side: int) -> Iterator[tuple[int, int, int, int]]:
    """(first pixel, end pixel, first texel, end texel) of each piece along one axis."""
    step = texels / pixels
    for first in range(0, texels, side - 2):
        end = min(first + side - 2, texels)
        # The pixels whose centres fall onto the texels of this piece.
        left, right = math.ceil(first / step - 0.5), math.ceil(end / step - 0.5)
        if right > left:
            yield left, right, max(0, first - 1), min(texels, end + 1)
