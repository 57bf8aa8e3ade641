"""What the choice of a mode depends on: sizes, rates and what is known of the picture."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from fractions import Fraction

from anime4k.modes.table import Quality

UNKNOWN_RATE = Fraction(24)
"""Frames per second that are assumed of a video that does not tell its rate."""


class Pace(enum.Enum):
    """How quickly a frame must be done, and what draws it; the value is what people read and type."""

    PLAY = "play"
    """While it plays, on a GPU."""
    PLAY_SOFTWARE = "play-software"
    """While it plays, on a renderer that uses the CPU."""
    FILE = "file"
    """Into a file, on a GPU: a frame may take its time."""
    FILE_SOFTWARE = "file-software"
    """Into a file, on a renderer that uses the CPU."""

    @property
    def text(self) -> str:
        """In words."""
        return _PACE_TEXTS[self]

    @property
    def quality(self) -> Quality:
        """The form of a mode that suits this pace when nobody asked for one."""
        return Quality.HQ if self is Pace.FILE else Quality.FAST

    @classmethod
    def of(cls, *, playing: bool, software: bool) -> Pace:
        """The pace of playing or writing a file, on the CPU or on a GPU."""
        if playing:
            return cls.PLAY_SOFTWARE if software else cls.PLAY
        return cls.FILE_SOFTWARE if software else cls.FILE


_PACE_TEXTS = {
    Pace.PLAY: "played on a GPU",
    Pace.PLAY_SOFTWARE: "played on a software renderer",
    Pace.FILE: "written to a file by a GPU",
    Pace.FILE_SOFTWARE: "written to a file by a software renderer",
}


@dataclass(frozen=True, kw_only=True)
class Situation:
    """A source on its way to an output.

    Attributes:
        source: (width, height) of the picture in square pixels, after rotation.
        output: (width, height) in pixels at which it is shown or written.
        frame_rate: frames per second, None = unknown, or a still picture.
        interlaced: whether the frames were made of fields.
        live_action: whether the user says that this is no drawing.
        pace: how quickly a frame must be done.
    """

    source: tuple[int, int]
    output: tuple[int, int]
    frame_rate: Fraction | None = None
    interlaced: bool = False
    live_action: bool = False
    pace: Pace = Pace.PLAY

    @property
    def lines(self) -> int:
        """Lines of the picture format that the source belongs to.

        A film without its black bars and a picture that stands upright count as the full 16:9 frame that is as
        wide: 1920x800 and 1080x1920 have 1080 lines.
        """
        short, long = sorted(self.source)
        return max(short, round(Fraction(long * 9, 16)))

    @property
    def factor(self) -> float:
        """Output size over source size; of both axes the one that grows less."""
        return min(out / side for out, side in zip(self.output, self.source, strict=True))

    @property
    def load(self) -> float:
        """Millions of output pixels that must be drawn in a second; 0 when nobody waits for them."""
        if self.pace in (Pace.FILE, Pace.FILE_SOFTWARE):
            return 0.0
        return self.output[0] * self.output[1] * float(self.frame_rate or UNKNOWN_RATE) / 1e6
