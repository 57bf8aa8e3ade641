"""Picture subtitles as data: what the decoders of bitmap tracks give, and what they share."""

from __future__ import annotations

import math
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Protocol

import numpy as np
import numpy.typing as npt

Bytes = npt.NDArray[np.uint8]
Picture = tuple[int, int, Bytes]
"""(x, y, rgba) in canvas pixels from the top-left corner; rgba is (h, w, 4), premultiplied."""


@dataclass(frozen=True, eq=False)
class Part:
    """A picture as palette indices, packed, so that a whole track can be kept in memory.

    Attributes:
        x: left edge on the canvas.
        y: top edge on the canvas.
        width: in canvas pixels.
        height: in canvas pixels.
        packed: the indices, compressed with zlib.
        table: (entries, 4) of premultiplied RGBA.
    """

    x: int
    y: int
    width: int
    height: int
    packed: bytes
    table: Bytes

    def rgba(self) -> Bytes:
        """(height, width, 4), premultiplied."""
        indices = np.frombuffer(zlib.decompress(self.packed), np.uint8)
        return self.table[indices.reshape(self.height, self.width)]


@dataclass(frozen=True, eq=False)
class BitmapEvent:
    """Pictures shown together for a while.

    Attributes:
        start: seconds on the file's own clock.
        end: seconds; infinite while nothing has ended the picture yet.
        parts: the pictures in drawing order; none = what was shown before is cleared.
        canvas: (width, height) of the plane on which the pictures lie; it covers the whole video.
        forced: to be shown even when subtitles are not asked for.
    """

    start: float
    end: float
    parts: tuple[Part, ...]
    canvas: tuple[int, int]
    forced: bool = False

    @property
    def pictures(self) -> tuple[Picture, ...]:
        """The parts unpacked, anew for every call."""
        return tuple((part.x, part.y, part.rgba()) for part in self.parts)


class BitmapDecoder(Protocol):
    """Turns the packets of a track into events."""

    damaged: int
    """Events left out because their data are broken."""

    def feed(self, data: bytes, time: float, duration: float = 0.0) -> list[BitmapEvent]:
        """Take a packet; broken ones are counted and otherwise ignored.

        Args:
            data: its bytes.
            time: its presentation time in seconds.
            duration: seconds that the container gives it, 0 = none.

        Returns:
            What begins with it. An event ends at its `end` or where the next one begins; see `closed`.
        """
        ...

    def flush(self) -> list[BitmapEvent]:
        """What is left at the end of the track."""
        ...

    def reset(self) -> None:
        """Forget everything but the settings, because packets of another place of the track follow."""
        ...


def closed(events: Iterable[BitmapEvent]) -> Iterator[BitmapEvent]:
    """Events with their final ends, from events as decoders give them; clearing ones are gone.

    The last one stays endless when nothing clears it.
    """
    previous: BitmapEvent | None = None
    for event in events:
        if previous is not None:
            yield from _shown(replace(previous, end=min(previous.end, event.start)))
        previous = event
    if previous is not None:
        yield from _shown(previous)


def _shown(event: BitmapEvent) -> Iterator[BitmapEvent]:
    if event.parts and event.end > event.start:
        yield event


def coloured(x: int, y: int, indices: Bytes, table: Bytes) -> Part | None:
    """A picture from palette indices, cut to what can be seen plus a pixel, None when nothing can be.

    The pixel around it keeps borders soft when the picture is scaled.

    Args:
        x: left edge on the canvas.
        y: top edge on the canvas.
        indices: (h, w).
        table: (entries, 4) of premultiplied RGBA.
    """
    seen = (table[:, 3] > 0)[indices]
    rows, columns = np.flatnonzero(seen.any(axis=1)), np.flatnonzero(seen.any(axis=0))
    if not len(rows):
        return None
    top, left = max(0, int(rows[0]) - 1), max(0, int(columns[0]) - 1)
    bottom, right = int(rows[-1]) + 2, int(columns[-1]) + 2
    cut = np.ascontiguousarray(indices[top:bottom, left:right])
    return Part(x + left, y + top, cut.shape[1], cut.shape[0], zlib.compress(cut.tobytes(), 1), table)


def is_time(seconds: float) -> bool:
    """Whether a time can be used."""
    return math.isfinite(seconds)
