"""Frames taken from the decoder before they are due. Pure."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from itertools import zip_longest
from typing import Protocol

from anime4k.errors import Anime4kError
from anime4k.media.decoder import End
from anime4k.media.frame import Frame
from anime4k.player.pace.schedule import Slot
from anime4k.player.timeline import Timeline

LOOK_AHEAD = 3
"""So many are taken; the decoder keeps more in its own queue."""


class FrameSource(Protocol):
    """A decoder that works ahead on its own."""

    def get(self, timeout: float) -> Frame | End | None:
        """The next frame, `End.END` after the last, None when none is ready within `timeout` seconds."""
        ...

    def seek(self, time_s: float) -> object:
        """Go on with the frame that is on the screen at `time_s` seconds of the file's own time."""
        ...


class Ahead:
    """A queue of the frames that come next, up to the end of what is played.

    Args:
        source: where they come from.
        timeline: the part of the file that is played.
    """

    def __init__(self, source: FrameSource, timeline: Timeline) -> None:
        self._source = source
        self._timeline = timeline
        self._frames: deque[Frame] = deque()
        self._failure: Anime4kError | None = None
        self.ended = False
        """Whether no frame follows those that are here."""

    def __len__(self) -> int:
        return len(self._frames)

    @property
    def frames(self) -> tuple[Frame, ...]:
        """All of them, in order."""
        return tuple(self._frames)

    @property
    def first(self) -> Frame:
        """The next one; there must be one."""
        return self._frames[0]

    def slots(self) -> Sequence[Slot]:
        """When each of them is due."""
        frames = self.frames
        return [self._timeline.slot(frame, after) for frame, after in zip_longest(frames, frames[1:])]

    def pop(self) -> Frame:
        """Take the next one."""
        return self._frames.popleft()

    def put_back(self, *frames: Frame) -> None:
        """These come next, before all others."""
        self._frames.extendleft(reversed(frames))

    def fill(self) -> None:
        """Take what the decoder has ready.

        Raises:
            Anime4kError: what ended decoding, when every frame before it has been taken.
        """
        while not self.ended and len(self._frames) < LOOK_AHEAD and self._take(0.0):
            pass
        if self._failure is not None and not self._frames:
            raise self._failure

    def wait(self, timeout_s: float) -> None:
        """Wait up to `timeout_s` seconds for one more."""
        if not self.ended:
            self._take(timeout_s)

    def go(self, target: float) -> None:
        """Drop them all and go on at `target`, in seconds of the file's own time."""
        self._frames.clear()
        self.ended = False
        self._source.seek(target)

    def _take(self, timeout_s: float) -> bool:
        """Take a frame or the end from the source; False when there is none for now."""
        if self._failure is not None:
            return False
        try:
            item = self._source.get(timeout_s)
        except Anime4kError as error:
            self._failure = error  # the frames before it are still shown
            return False
        if item is None:
            return False
        stop = self._timeline.stop
        if isinstance(item, End) or (stop is not None and item.time >= stop):
            self.ended = True
        else:
            self._frames.append(item)
        return True
