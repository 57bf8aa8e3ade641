"""Where and how subtitles are to be drawn: the picture in its window, and what the viewer changed."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import Enum

from anime4k.media.format import SourceFormat
from anime4k.overlay import Overlay

Size = tuple[int, int]


@dataclass(frozen=True)
class Geometry:
    """The picture in its window.

    Attributes:
        framebuffer: size of the window in pixels.
        rect: x, y, width and height of the picture in the window; may reach beyond it.
        storage: size of the source video, which blur and borders of ASS are measured in.
        coded: the same in the pixels that are stored, where these are not square and `storage` counts square ones;
            None = as `storage`. Authors of ASS saw their text stretched with such pixels.
    """

    framebuffer: Size
    rect: tuple[int, int, int, int]
    storage: Size
    coded: Size | None = None

    @property
    def visible(self) -> bool:
        """Whether there is anything to draw on."""
        return min(*self.framebuffer, *self.rect[2:], *self.storage) > 0


class Override(Enum):
    """What becomes of the author's styles."""

    NO = "no"
    FORCE = "force"
    STRIP = "strip"


@dataclass(frozen=True)
class Style:
    """What the viewer changed.

    Attributes:
        scale: size of the text, 1 = as it is.
        shift: how far up, in percent of the height.
        override: the author's styles: kept, replaced in dialogue (signs stay), or dropped with all positions.
    """

    scale: float = 1.0
    shift: float = 0.0
    override: Override = Override.NO


def fitted(overlay: Overlay, made_for: Geometry, wanted: Geometry) -> Overlay:
    """Tiles of one geometry stretched into another, until there are better ones."""
    if made_for == wanted or not overlay.tiles or not made_for.visible:
        return overlay
    from_x, from_y, from_w, from_h = made_for.rect
    to_x, to_y, to_w, to_h = wanted.rect
    wide, high = to_w / from_w, to_h / from_h
    return Overlay(
        tuple(
            replace(
                tile,
                x=to_x + round((tile.x - from_x) * wide),
                y=to_y + round((tile.y - from_y) * high),
                width=max(1, round(tile.width * wide)),
                height=max(1, round(tile.height * high)),
            )
            for tile in overlay.tiles
        )
    )


def geometry_of(source: SourceFormat, framebuffer: Size, rect: tuple[int, int, int, int]) -> Geometry:
    """Where subtitles of a video lie whose picture fills `rect` of a window."""
    box = source.visible
    coded = (box.right - box.left, box.bottom - box.top)
    return Geometry(framebuffer, rect, source.display_size, coded[::-1] if source.rotation % 180 else coded)
