"""Picture subtitles as overlays: the canvas of the track laid over the picture in the window. Pure."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from anime4k.media.bitmap_event import BitmapEvent
from anime4k.overlay import EMPTY, Overlay, Tile
from anime4k.subtitles.layout import Geometry, Style

_SAME_SHAPE = 0.03
_DVD_LINES = (480, 576)
_MOST_ADDED = 8
_CLOSE = 0.02


def overlay_of(event: BitmapEvent, geometry: Geometry, style: Style = Style()) -> Overlay:
    """The pictures of an event where they belong in the window.

    A canvas with the shape of the video covers it. One with another shape belongs to a video whose black bars were cut
    off: it keeps its shape and its centre, and a picture that would lie outside of the window is moved inside.

    Args:
        event: its pictures and their canvas.
        geometry: the window, and the picture in it.
        style: what the viewer changed: size and height; the rest does not concern pictures.
    """
    if not geometry.visible or not event.parts or min(event.canvas) <= 0:
        return EMPTY
    left, top, scale_x, scale_y = _placed(event.canvas, geometry)
    lift = style.shift / 100 * geometry.rect[3]
    tiles = []
    for x, y, rgba in event.pictures:
        height, width = rgba.shape[:2]
        x0, x1 = _scaled(left + x * scale_x, width * scale_x, style.scale, 0.5)
        # Lines at the bottom grow upwards.
        y0, y1 = _scaled(top + y * scale_y - lift, height * scale_y, style.scale, 1.0)
        x0, x1 = _inside(x0, x1, geometry.framebuffer[0])
        y0, y1 = _inside(y0, y1, geometry.framebuffer[1])
        x0, x1, columns = _widened(x0, x1, width)
        y0, y1, rows = _widened(y0, y1, height)
        rgba = np.pad(rgba, (rows, columns, (0, 0)))
        drawn = (max(1, round(x1) - round(x0)), max(1, round(y1) - round(y0)))
        tiles.append(Tile(round(x0), round(y0), *drawn, _reduced(rgba, drawn)))
    return Overlay(tuple(tiles))


def _placed(canvas: tuple[int, int], geometry: Geometry) -> tuple[float, float, float, float]:
    """(left, top) of the canvas in the window and window pixels per canvas pixel (x, y)."""
    x, y, width, height = geometry.rect
    wide, high = (canvas[0] / geometry.storage[0], canvas[1] / geometry.storage[1])
    same_pixels = min(abs(wide - 1), abs(high - 1)) <= _SAME_SHAPE
    if abs(wide / high - 1) <= _SAME_SHAPE or (canvas[1] in _DVD_LINES and not same_pixels):
        # Pixels of DVDs have no shape of their own: unlike others they cannot be compared with those of the video.
        return x, y, width / canvas[0], height / canvas[1]
    # The canvas holds at least the whole video.
    unit = min(wide, high)
    scale_x, scale_y = width / (geometry.storage[0] * unit), height / (geometry.storage[1] * unit)
    return x + (width - canvas[0] * scale_x) / 2, y + (height - canvas[1] * scale_y) / 2, scale_x, scale_y


def _scaled(start: float, length: float, factor: float, fixed: float) -> tuple[float, float]:
    """(start, end) of a stretch made larger around a point of it; 0 = its start, 1 = its end."""
    first = start + length * fixed * (1 - factor)
    return first, first + length * factor


def _inside(start: float, end: float, room: int) -> tuple[float, float]:
    """The stretch moved into the window, when it fits."""
    if end - start > room:
        return start, end
    move = max(0.0, -start) - max(0.0, end - room)
    return start + move, end + move


def _widened(start: float, end: float, count: int) -> tuple[float, float, tuple[int, int]]:
    """A stretch with transparent pixels added so that it begins and ends close to whole window pixels.

    Tiles lie on whole pixels: without this a picture would be shifted and stretched by up to half a pixel.

    Args:
        start: in window pixels.
        end: in window pixels.
        count: of the picture's own pixels between them.

    Returns:
        Its start and end, and how many pixels were added before and after.
    """
    unit = (end - start) / count

    def added(edge: float, step: float) -> int:
        errors = [abs(edge + number * step - round(edge + number * step)) for number in range(_MOST_ADDED + 1)]
        return next(number for number, error in enumerate(errors) if error < min(errors) + _CLOSE)

    before, after = added(start, -unit), added(end, unit)
    return start - before * unit, end + after * unit, (before, after)


def _reduced(rgba: npt.NDArray[np.uint8], drawn: tuple[int, int]) -> npt.NDArray[np.uint8]:
    """Means of whole blocks where a picture is drawn at less than half its size, which interpolation would skip."""
    step_y, step_x = max(1, rgba.shape[0] // drawn[1]), max(1, rgba.shape[1] // drawn[0])
    if step_x == step_y == 1:
        return rgba
    height, width = -(-rgba.shape[0] // step_y) * step_y, -(-rgba.shape[1] // step_x) * step_x
    padded = np.pad(rgba, ((0, height - rgba.shape[0]), (0, width - rgba.shape[1]), (0, 0)), mode="edge")
    blocks = padded.reshape(height // step_y, step_y, width // step_x, step_x, 4)
    return np.asarray(np.rint(blocks.mean(axis=(1, 3), dtype=np.float32)), np.uint8)
