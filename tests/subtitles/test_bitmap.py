"""Picture subtitles in the window."""

from __future__ import annotations

import numpy as np
import pytest

from anime4k.media.bitmap_event import BitmapEvent, coloured
from anime4k.overlay import EMPTY, Tile
from anime4k.subtitles.bitmap import overlay_of
from anime4k.subtitles.layout import Geometry, Style

TABLE = np.array([(0, 0, 0, 0), (255, 255, 255, 255), (0, 100, 0, 100)], np.uint8)

HD = (1920, 1080)


def event(canvas: tuple[int, int], *boxes: tuple[int, int, int, int]) -> BitmapEvent:
    """White boxes (x, y, width, height) with a green pixel in their corner."""
    parts = []
    for x, y, width, height in boxes:
        indices = np.ones((height, width), np.uint8)
        indices[0, 0] = 2
        part = coloured(x, y, indices, TABLE)
        assert part is not None
        parts.append(part)
    return BitmapEvent(0.0, 1.0, tuple(parts), canvas)


def place(tile: Tile) -> tuple[int, int, int, int]:
    """(x, y, width, height)."""
    return tile.x, tile.y, tile.width, tile.height


@pytest.mark.parametrize(
    ("canvas", "geometry", "box", "expected"),
    [
        # The picture as large as the canvas.
        (HD, Geometry(HD, (0, 0, *HD), HD), (100, 900, 50, 40), (100, 900, 50, 40)),
        # Smaller, with bars beside it.
        (HD, Geometry((1280, 540), (160, 0, 960, 540), (1280, 720)), (100, 900, 50, 40), (210, 450, 25, 20)),
        # A DVD: the canvas is stretched like its pixels.
        ((720, 576), Geometry((1024, 576), (0, 0, 1024, 576), (720, 576)), (90, 500, 450, 40), (128, 500, 640, 40)),
        ((720, 480), Geometry(HD, (240, 0, 1440, 1080), (1440, 1080)), (72, 400, 360, 48), (384, 900, 720, 108)),
        # A DVD whose bars were cut off: the same pixels as those of the video.
        ((720, 480), Geometry((854, 480), (0, 60, 854, 360), (720, 360)), (0, 400, 720, 40), (0, 400, 854, 40)),
        # The black bars of the video were cut off: the canvas hangs over, and text in the bars stays there,
        (HD, Geometry(HD, (0, 140, 1920, 800), (1920, 800)), (100, 1000, 50, 40), (100, 1000, 50, 40)),
        # or is moved in when the window has no bars.
        (HD, Geometry((1920, 800), (0, 0, 1920, 800), (1920, 800)), (100, 1000, 50, 40), (100, 760, 50, 40)),
    ],
)  # fmt: skip
def test_the_canvas_lies_over_the_picture(
    canvas: tuple[int, int],
    geometry: Geometry,
    box: tuple[int, int, int, int],
    expected: tuple[int, int, int, int],
) -> None:
    (tile,) = overlay_of(event(canvas, box), geometry).tiles
    assert place(tile) == expected
    assert tile.pixels.shape[2] == 4


FULL = Geometry((640, 360), (0, 0, 640, 360), (640, 360))


def test_order_is_kept_and_nothing_is_nothing() -> None:
    tiles = overlay_of(event((640, 360), (3, 4, 5, 6), (1, 2, 30, 40)), FULL).tiles
    assert [place(tile) for tile in tiles] == [(3, 4, 5, 6), (1, 2, 30, 40)]
    assert overlay_of(event((640, 360)), FULL) is EMPTY
    assert overlay_of(event((640, 360), (3, 4, 5, 6)), Geometry((0, 0), (0, 0, 0, 0), (640, 360))) is EMPTY


def test_size_and_height_follow_the_viewer() -> None:
    (tile,) = overlay_of(event((640, 360), (100, 300, 200, 40)), FULL, Style(scale=1.5, shift=10)).tiles
    assert place(tile) == (50, 244, 300, 60)


@pytest.mark.parametrize("scale", [1.5, 4 / 3, 2 / 3, 2.25])
def test_a_picture_lies_exactly_where_it_belongs(scale: float) -> None:
    """Edges between window pixels are reached by transparent pixels around the picture."""
    window = (round(960 * scale), round(540 * scale))
    (tile,) = overlay_of(event((960, 540), (101, 301, 51, 7)), Geometry(window, (0, 0, *window), (960, 540))).tiles
    seen = tile.pixels[..., 3] > 0
    rows, columns = np.flatnonzero(seen.any(axis=1)), np.flatnonzero(seen.any(axis=0))
    assert (len(rows), len(columns)) == (7, 51)
    unit_x, unit_y = tile.width / seen.shape[1], tile.height / seen.shape[0]
    assert (unit_x, unit_y) == pytest.approx((scale, scale))
    assert tile.x + columns[0] * unit_x == pytest.approx(101 * scale)
    assert tile.y + rows[0] * unit_y == pytest.approx(301 * scale)


def test_a_much_smaller_window_gets_means_of_blocks() -> None:
    indices = np.zeros((40, 80), np.uint8)
    indices[:, ::4] = 1
    part = coloured(0, 0, indices, TABLE)
    assert part is not None
    shown = BitmapEvent(0.0, 1.0, (part,), (640, 360))
    (tile,) = overlay_of(shown, Geometry((160, 90), (0, 0, 160, 90), (640, 360))).tiles
    assert (tile.width, tile.height) == (20, 10)
    assert tile.pixels.shape[0] == 10
    assert abs(float(tile.pixels[:, :-1, 3].mean()) - 255 / 4) < 2


def test_pictures_are_cut_to_what_is_seen_and_a_soft_border() -> None:
    indices = np.zeros((50, 60), np.uint8)
    indices[10:20, 30:33] = 1
    part = coloured(5, 6, indices, TABLE)
    assert part is not None
    assert (part.x, part.y, part.width, part.height) == (34, 15, 5, 12)
    assert np.array_equal(part.rgba(), TABLE[indices[9:21, 29:34]])
    assert coloured(5, 6, np.zeros((9, 9), np.uint8), TABLE) is None
