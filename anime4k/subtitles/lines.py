"""The lines of a track in time: when anything is shown, where lines begin, which are on screen. Pure."""

from __future__ import annotations

import bisect
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from anime4k.media.bitmap_event import BitmapEvent
from anime4k.media.subtitles import TextEvent

Event = TextEvent | BitmapEvent
FOREVER_MS: Final = 1 << 52


@dataclass(frozen=True)
class Span:
    """Milliseconds: the first that belongs to it and the first behind it."""

    start: int
    end: int


def span_of(event: Event) -> Span:
    """When an event is shown."""
    if isinstance(event, TextEvent):
        return Span(event.start, event.end)
    end = FOREVER_MS if math.isinf(event.end) else round(event.end * 1000)
    return Span(round(event.start * 1000), end)


class Index:
    """Events in order of time; never changes, so that any thread may ask.

    Args:
        events: in any order.
    """

    def __init__(self, events: Sequence[Event] = ()) -> None:
        spans = [span_of(event) for event in events]
        order = sorted(range(len(events)), key=lambda number: (spans[number].start, number))
        self._events = [events[number] for number in order]
        self._starts = [spans[number].start for number in order]
        self._ends = [spans[number].end for number in order]
        self._shown = joined(spans)
        self._shown_starts = [span.start for span in self._shown]

    def _stretch(self, time: int) -> Span | None:
        place = bisect.bisect_right(self._shown_starts, time) - 1
        return self._shown[place] if place >= 0 and time < self._shown[place].end else None

    def covered(self, time: int) -> bool:
        """Whether anything is shown at a time in milliseconds."""
        return self._stretch(time) is not None

    def active(self, time: int) -> list[Event]:
        """What is shown at a time, in order of beginning."""
        stretch = self._stretch(time)
        if stretch is None:
            return []
        # Nothing that began before this stretch of shown lines lasts into it.
        low, high = bisect.bisect_left(self._starts, stretch.start), bisect.bisect_right(self._starts, time)
        return [self._events[place] for place in range(low, high) if self._ends[place] > time]

    def step(self, time: int, direction: int) -> int | None:
        """Where the line before (-1), at (0) or after (+1) `time` begins, None when there is none.

        Lines that begin together count as one. Before a line that is shown lies the one before it; where nothing is
        shown the last one that was.
        """
        starts = list(dict.fromkeys(self._starts))
        place = bisect.bisect_right(starts, time) - 1 + direction
        if direction < 0 and not self.covered(time):
            place += 1
        return starts[place] if 0 <= place < len(starts) else None


def joined(spans: Iterable[Span]) -> list[Span]:
    """Spans that touch or overlap made one, in order of time; empty ones are left out."""
    found: list[Span] = []
    for span in sorted(spans, key=lambda span: span.start):
        if span.end <= span.start:
            continue
        if found and span.start <= found[-1].end:
            found[-1] = Span(found[-1].start, max(found[-1].end, span.end))
        else:
            found.append(span)
    return found
