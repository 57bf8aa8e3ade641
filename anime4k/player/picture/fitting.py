"""Where the picture lies in the window and at which size it is drawn while the window changes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from anime4k.media.format import SourceFormat
from anime4k.player.geometry import Rect, Settling, Size
from anime4k.player.picture.adjustments import NO_ADJUSTMENTS, Adjustments

SETTLE_S = 0.15
"""A new plan is made when the window has kept its size for so long; until then the last picture is stretched."""

MOST_ENLARGED = 4
"""A picture that reaches beyond the window is drawn at its full size up to so many times the window's pixels."""


class WindowLike(Protocol):
    """What drawing needs of a window."""

    @property
    def framebuffer_size(self) -> Size:
        """(width, height) in pixels; a side of 0 while minimised."""

    def swap(self) -> None:
        """Show what was drawn."""


class Fitting:
    """Fits pictures into a window.

    Args:
        window: where they are shown.
        monotonic: a clock in seconds.
    """

    def __init__(self, window: WindowLike, monotonic: Callable[[], float]) -> None:
        self.changed = False
        """Whether the size has settled since this was set to False."""
        self._window = window
        self._monotonic = monotonic
        self._settling = Settling(SETTLE_S)
        self._adjust = NO_ADJUSTMENTS

    @property
    def framebuffer(self) -> Size:
        """The size of the window in pixels."""
        return self._window.framebuffer_size

    @property
    def visible(self) -> bool:
        """Whether the window has pixels."""
        return all(side > 0 for side in self.framebuffer)

    @property
    def adjust(self) -> Adjustments:
        """Colours, place and size of the picture."""
        return self._adjust

    @adjust.setter
    def adjust(self, adjust: Adjustments) -> None:
        if adjust.changes_size(self._adjust):
            self.touch()
        self._adjust = adjust

    @property
    def settle_s(self) -> float:
        """Seconds until the size counts as settled, infinite when it is."""
        return self._settling.remaining(self._monotonic()) if self._settling.pending else float("inf")

    def touch(self) -> None:
        """The size changes."""
        self._settling.touch(self._monotonic())

    def rect(self, source: SourceFormat) -> Rect:
        """Where pictures of `source` lie in the window; parts of them may be outside."""
        return self._adjust.place(source.display_extent, self.framebuffer)

    def size(self, source: SourceFormat, present: Size | None) -> Size:
        """The size at which pictures of `source` should be drawn.

        Args:
            source: what the frames are.
            present: the size at which they are drawn now, None = they are not; it stays until the window has settled.
        """
        if present is not None and self._settling.remaining(self._monotonic()):
            return present
        self.changed |= self._settling.take(self._monotonic())
        (width, height), framebuffer = self.rect(source).size, self.framebuffer
        excess = (width * height / (MOST_ENLARGED * framebuffer[0] * framebuffer[1])) ** 0.5
        return (width, height) if excess <= 1.0 else (max(1, round(width / excess)), max(1, round(height / excess)))
