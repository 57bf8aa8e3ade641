"""Subtitles without libass: the text without its styles, with an outline, at the bottom of the picture."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Final

from anime4k.media.subtitles import TextEvent
from anime4k.overlay import EMPTY, Overlay
from anime4k.subtitles.layout import Geometry, Style
from anime4k.subtitles.lines import Event, Index
from anime4k.subtitles.text import draw_text, line_height, moved

# The usual look of the library, in parts of the height; its font size counts the whole line.
_SIZE: Final = 55 / 720 / 1.2
_BORDER: Final = 3 / 720
_MARGIN: Final = 22 / 720
_WIDTH: Final = 0.92
_MOST_LINES: Final = 12
_TAGS: Final = re.compile(r"\{[^}]*\}")
_DRAWING: Final = re.compile(r"\{[^}]*\\p[1-9][^}]*\}.*?(?:\{[^}]*\\p0[^}]*\}|$)", re.DOTALL)


def plain_text(fields: bytes) -> str:
    """The words of an ASS line: no tags, no drawings.

    Args:
        fields: "Layer,Style,Name,MarginL,MarginR,MarginV,Effect,Text".
    """
    text = fields.split(b",", 7)[-1].decode("utf-8", "replace")
    text = _TAGS.sub("", _DRAWING.sub("", text))
    return text.replace("\\N", "\n").replace("\\n", "\n").replace("\\h", "\u00a0").strip()


def stripped(event: TextEvent) -> TextEvent:
    """The same line with its words only."""
    words = plain_text(event.fields).replace("\n", "\\N").encode("utf-8", "replace")
    return replace(event, fields=b"0,Default,,0,0,0,," + words)


class PlainRenderer:
    """A text track drawn without libass.

    Args:
        top: draw at the top of the picture.
    """

    def __init__(self, *, top: bool = False) -> None:
        self._events: list[Event] = []
        self._index: Index | None = None
        self._top = top
        self._drawn: tuple[object, ...] = ()
        self._shown: Overlay = EMPTY

    def add(self, events: Iterable[TextEvent]) -> None:
        """More lines."""
        self._events += [event for event in events if plain_text(event.fields)]
        self._index = None

    def render(self, time: int, geometry: Geometry, style: Style) -> Overlay:
        """The picture of a moment; the same object as long as the same lines are shown."""
        if self._index is None:
            self._index = Index(self._events)
        words = [plain_text(event.fields) for event in self._index.active(time) if isinstance(event, TextEvent)]
        key = (tuple(words), geometry, style)
        if key != self._drawn:
            self._drawn, self._shown = key, self._overlay(list(dict.fromkeys(words)), geometry, style)
        return self._shown

    def _overlay(self, words: Sequence[str], geometry: Geometry, style: Style) -> Overlay:
        if not words or not geometry.visible:
            return EMPTY
        width, height = geometry.framebuffer
        size = height * _SIZE * min(max(style.scale, 0.1), 5.0)
        # Later lines stand above earlier ones, as libass stacks them.
        text = "\n".join("\n".join(words if self._top else reversed(words)).split("\n")[:_MOST_LINES])
        tiles = draw_text(
            text, size, border=max(1.0, height * _BORDER), align="center", max_width=max(1, int(width * _WIDTH))
        )
        if not tiles:
            return EMPTY
        left, right = min(tile.x for tile in tiles), max(tile.x + tile.width for tile in tiles)
        bottom = max(tile.y + tile.height for tile in tiles)
        margin = round(height * _MARGIN)
        y = (
            margin
            if self._top
            else height - margin - max(bottom, line_height(size)) - round(height * style.shift / 100)
        )
        return Overlay(tuple(moved(tiles, (width - (right - left)) // 2 - left, y)))

    def close(self) -> None:
        """Nothing to free."""
