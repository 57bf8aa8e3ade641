"""Frames behind the playhead, kept so that a step back is immediate. Pure."""

from __future__ import annotations

from collections import deque

from anime4k.media.frame import Frame

BYTES = 64 * 2**20
"""Memory for them."""
MOST = 24
"""How many are kept at most: a second of film."""


class Behind:
    """The newest frames that were shown, bounded in number and memory; one is kept however large it is."""

    def __init__(self) -> None:
        self._frames: deque[Frame] = deque()

    def __bool__(self) -> bool:
        return bool(self._frames)

    def keep(self, frame: Frame) -> None:
        """`frame` is behind from now on; the oldest ones go when there are too many."""
        self._frames.append(frame)
        size = max(1, sum(plane.nbytes for plane in frame.planes))
        while len(self._frames) > max(1, min(MOST, BYTES // size)):
            self._frames.popleft()

    def pop(self) -> Frame:
        """Take the one that was shown last."""
        return self._frames.pop()

    def clear(self) -> None:
        """What was shown lies elsewhere now."""
        self._frames.clear()
