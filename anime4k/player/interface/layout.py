"""Where everything lies in the window. Pure: the mouse is answered and tests click by the same numbers."""

from __future__ import annotations

import enum
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from anime4k.player.commands import Panel
from anime4k.player.geometry import Size
from anime4k.player.state import ChapterView

BEGINS_S = 0.05
LOUDEST = 130.0
"""Volume at the right end of its slider, in percent."""


@dataclass(frozen=True)
class Box:
    """A rectangle in window pixels from the top left corner."""

    x: float
    y: float
    width: float
    height: float

    @property
    def right(self) -> float:
        """Right edge."""
        return self.x + self.width

    @property
    def bottom(self) -> float:
        """Bottom edge."""
        return self.y + self.height

    @property
    def centre(self) -> tuple[float, float]:
        """(x, y) of the middle."""
        return (self.x + self.width / 2, self.y + self.height / 2)

    def contains(self, x: float, y: float) -> bool:
        """Whether a point lies inside."""
        return self.x <= x < self.right and self.y <= y < self.bottom

    def grown(self, x: float, y: float | None = None) -> Box:
        """Larger by `x` on the left and right and by `y` (default: `x`) at the top and bottom."""
        y = x if y is None else y
        return Box(self.x - x, self.y - y, self.width + 2 * x, self.height + 2 * y)

    def fraction(self, x: float) -> float:
        """How far `x` lies between the left edge (0) and the right one (1)."""
        return min(max((x - self.x) / self.width, 0.0), 1.0) if self.width > 0 else 0.0

    def at(self, fraction: float) -> float:
        """The x of a fraction: the inverse of `fraction`."""
        return self.x + self.width * min(max(fraction, 0.0), 1.0)


class Part(enum.Enum):
    """Parts of the bar; the value says what a click does."""

    SEEK = "go there"
    PLAY = "pause or play"
    PREVIOUS = "previous file"
    NEXT = "next file"
    MUTE = "mute or unmute"
    VOLUME = "volume"
    TIME = "position and duration"
    TITLE = "title"
    MODE = "modes"
    AUDIO = "next sound track (right button: list)"
    SUBTITLES = "next subtitle track (right button: list)"
    SHADERS = "shaders"
    MENU = "menu"
    FULLSCREEN = "full screen, or back"


@dataclass(frozen=True)
class BarLayout:
    """The bar at the bottom.

    Attributes:
        panel: all of it.
        seek: the line of the seek bar; more than the line can be hit.
        parts: every part that there is room for, as large as it can be hit.
        unit: height of the text.
    """

    panel: Box
    seek: Box
    parts: Mapping[Part, Box]
    unit: float

    def hit(self, x: float, y: float) -> Part | None:
        """The part under a point."""
        return next((part for part, box in self.parts.items() if box.contains(x, y)), None)


_DROPPED_FIRST = (Part.TITLE, Part.VOLUME, Part.PREVIOUS, Part.NEXT, Part.MODE, Part.AUDIO, Part.SUBTITLES, Part.TIME)


def bar_layout(size: Size, unit: float, *, time_width: float, mode_width: float, several: bool) -> BarLayout:
    """The bar of a window; in a narrow one the less important parts are left out.

    Args:
        size: of the window in pixels.
        unit: height of the text.
        time_width: width of the text of the position.
        mode_width: width of the name of the mode.
        several: whether there are other files.
    """
    margin = round(min(unit, size[0] * 0.02))
    width = min(size[0] - 2 * margin, round(74 * unit))
    height = round(4.3 * unit)
    panel = Box(round((size[0] - width) / 2), size[1] - margin - height, width, height)
    inner = panel.grown(-round(0.9 * unit), 0)
    seek = Box(inner.x, panel.y + round(0.95 * unit), inner.width, round(0.3 * unit))
    button = round(2.1 * unit)
    left: dict[Part, float] = {Part.PLAY: button}
    if several:
        left |= {Part.PREVIOUS: button, Part.NEXT: button}
    left |= {Part.MUTE: button, Part.VOLUME: 5 * unit, Part.TIME: time_width + 1.6 * unit}
    right: dict[Part, float] = {Part.MODE: mode_width + 1.4 * unit}
    right |= dict.fromkeys((Part.AUDIO, Part.SUBTITLES, Part.SHADERS, Part.MENU, Part.FULLSCREEN), button)
    for part in _DROPPED_FIRST:
        if sum(left.values()) + sum(right.values()) <= inner.width:
            break
        left.pop(part, None)
        right.pop(part, None)
    top = panel.bottom - button - round(0.35 * unit)
    parts: dict[Part, Box] = {Part.SEEK: seek.grown(round(0.4 * unit), round(0.6 * unit))}
    x = inner.x - round(0.4 * unit)
    for part, wide in left.items():
        parts[part] = Box(x, top, wide, button)
        x += wide
    end = inner.right + round(0.4 * unit)
    begin = end - sum(right.values())
    if begin - x > 6 * unit:
        parts[Part.TITLE] = Box(x, top, begin - x, button)
    for part, wide in right.items():
        parts[part] = Box(begin, top, wide, button)
        begin += wide
    return BarLayout(panel, seek, parts, unit)


def volume_line(box: Box, unit: float) -> Box:
    """The line of the volume slider inside of its part."""
    middle = box.y + box.height / 2
    return Box(box.x + 0.3 * unit, middle - 0.12 * unit, box.width - 0.8 * unit, 0.24 * unit)


@dataclass(frozen=True)
class SheetLayout:
    """The panel at the right side.

    Attributes:
        panel: all of it.
        tabs: the buttons that choose what it shows.
        body: where the contents scroll.
    """

    panel: Box
    tabs: Mapping[Panel, Box]
    body: Box


def sheet_layout(size: Size, unit: float, bar_top: float) -> SheetLayout:
    """The side panel of a window; it ends above the bar, which begins at `bar_top`."""
    margin = round(min(unit, size[0] * 0.02))
    width = min(size[0] - 2 * margin, round(27 * unit))
    panel = Box(size[0] - margin - width, margin, width, max(bar_top - 2 * margin, 6 * unit))
    head = round(2.4 * unit)
    inner = panel.grown(-round(0.4 * unit), 0)
    step = inner.width / len(Panel)
    tabs = {
        which: Box(inner.x + step * number, panel.y + round(0.3 * unit), step, head - round(0.3 * unit))
        for number, which in enumerate(Panel)
    }
    body = Box(panel.x, panel.y + head, panel.width, panel.height - head)
    return SheetLayout(panel, tabs, body)


def chapter_at(chapters: Sequence[ChapterView], seconds: float) -> ChapterView | None:
    """The chapter that a moment belongs to; the frame on which a chapter begins may be a little older than it."""
    begun = (chapter for chapter in chapters if chapter.start <= seconds + BEGINS_S)
    return max(begun, key=lambda it: it.start, default=None)


def split_line(rect: tuple[int, int, int, int], split: float, unit: float) -> tuple[float, Box]:
    """(x of the line of a comparison, where it can be taken hold of)."""
    x = rect[0] + rect[2] * min(max(split, 0.0), 1.0)
    return x, Box(x - 0.6 * unit, rect[1], 1.2 * unit, rect[3])


def split_fraction(rect: tuple[int, int, int, int], x: float) -> float:
    """Where the line is when the mouse is at `x`, in parts of the picture's width."""
    return Box(rect[0], rect[1], rect[2], rect[3]).fraction(x)
