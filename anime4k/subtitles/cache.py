"""Finished overlays by moment and place, bounded in bytes."""

from __future__ import annotations

from collections import Counter, OrderedDict
from collections.abc import Sequence
from typing import Final

from anime4k.overlay import EMPTY, Overlay
from anime4k.subtitles.layout import Geometry
from anime4k.subtitles.lines import Span

Key = tuple[int, Geometry]
"""Milliseconds on the clock of the track, and where it is drawn."""

LIMIT: Final = 96 << 20
"""Bytes of bitmaps that are kept."""
_MOST: Final = 2000


class Cache:
    """The oldest go first; not safe for several threads.

    Args:
        limit: bytes.
    """

    def __init__(self, limit: int = LIMIT) -> None:
        self.bytes = 0
        """What the bitmaps take; one that is shown for many moments counts once."""
        self._limit = limit
        self._entries: OrderedDict[Key, Overlay] = OrderedDict()
        self._uses: Counter[int] = Counter()

    def __len__(self) -> int:
        return len(self._entries)

    def __contains__(self, key: Key) -> bool:
        return key in self._entries

    def get(self, key: Key) -> Overlay | None:
        """The overlay of exactly this moment."""
        return self._entries.get(key)

    def before(self, key: Key, reach: int) -> Overlay | None:
        """The overlay of the latest moment before `key`, at most `reach` milliseconds."""
        times = [time for time, geometry in self._entries if geometry == key[1] and 0 <= key[0] - time <= reach]
        return self._entries[(max(times), key[1])] if times else None

    def put(self, key: Key, overlay: Overlay) -> None:
        """Keep an overlay; the last one that was put is never dropped for lack of room."""
        self._forget(key)
        self._entries[key] = overlay
        if not self._uses[id(overlay)]:
            self.bytes += size_of(overlay)
        self._uses[id(overlay)] += 1
        while len(self._entries) > 1 and (self.bytes > self._limit or len(self._entries) > _MOST):
            self._forget(next(iter(self._entries)))

    def drop(self, spans: Sequence[Span]) -> None:
        """Forget the moments inside `spans`."""
        for key in [key for key in self._entries if any(span.start <= key[0] < span.end for span in spans)]:
            self._forget(key)

    def keep(self, keys: Sequence[Key]) -> None:
        """Forget all but these."""
        wanted = set(keys)
        for key in [key for key in self._entries if key not in wanted]:
            self._forget(key)

    def clear(self) -> None:
        """Forget everything."""
        self._entries.clear()
        self._uses.clear()
        self.bytes = 0

    def _forget(self, key: Key) -> None:
        overlay = self._entries.pop(key, None)
        if overlay is None:
            return
        self._uses[id(overlay)] -= 1
        if not self._uses[id(overlay)]:
            del self._uses[id(overlay)]
            self.bytes -= size_of(overlay)


def size_of(overlay: Overlay) -> int:
    """Bytes of its bitmaps."""
    return 0 if overlay is EMPTY else sum(tile.pixels.nbytes for tile in overlay.tiles)
