"""Which part of a file is played, on the file's own clock. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from anime4k.media.frame import Frame
from anime4k.player.pace.schedule import Slot

FALLBACK_DURATION_S = 1 / 24
"""How long a frame stays when the file says neither that nor its frame rate."""


@dataclass(frozen=True)
class Timeline:
    """The part of a file that is played, in seconds of the file's own time stamps.

    Attributes:
        origin: the time stamp that people call 0:00.
        start: where playback begins and where it returns to when the file is repeated.
        stop: frames from here on are not shown; None = play to the end.
        duration: length of the whole file as people count it, or None.
        frame_duration: the nominal time of one frame, for frames without a duration of their own.
    """

    origin: float = 0.0
    start: float = 0.0
    stop: float | None = None
    duration: float | None = None
    frame_duration: float = FALLBACK_DURATION_S

    def slot(self, frame: Frame, after: Frame | None = None) -> Slot:
        """When `frame` is to be seen, with `after` following it; None = what follows is not known."""
        if after is not None and after.time > frame.time:
            return Slot(frame.time, after.time - frame.time)
        return Slot(frame.time, frame.duration_s or self.frame_duration)
