"""The times of a video in the making: on the output's clock, increasing, and representable in the file."""

from __future__ import annotations

from array import array
from fractions import Fraction
from pathlib import Path

from anime4k.errors import OutputError
from anime4k.media.clock import in_units
from anime4k.media.encoders import container_kind
from anime4k.media.spec import VideoSpec

_MATROSKA_CLOCK = Fraction(1, 1000)


class Timeline:
    """Takes the time and duration of every picture in order.

    Args:
        path: the file, for its kind and for messages.
        spec: the video.
        shift: time of the source in seconds that becomes 0.
    """

    def __init__(self, path: Path, spec: VideoSpec, shift: Fraction) -> None:
        self.pts = array("q")
        """Every time so far, in units of the spec's time base, on the output's clock."""
        self.end = 0
        """End of the latest picture, in the same units."""
        self.rounded = Fraction(0)
        """By how many seconds the file rounds times at most."""
        self._path = path
        self._kind = container_kind(path)
        self._base = spec.time_base
        self._rate = spec.frame_rate
        self._offset = in_units(shift, spec.time_base)
        self.file_base = spec.time_base if self._kind.exact_time_base else _MATROSKA_CLOCK
        """Seconds in which the file counts, as far as known before it is opened."""

    def add(self, pts: int, duration: int) -> tuple[int, int]:
        """Append a picture.

        Args:
            pts: in units of the spec's time base, on the clock of the source; increasing.
            duration: in the same units, 0 = unknown.

        Returns:
            Time on the output's clock, and the duration or its best guess.

        Raises:
            OutputError: the file cannot tell this time from the one before.
        """
        pts -= self._offset
        self._note_rounding(pts)
        duration = duration or self._likely_duration(pts)
        self.pts.append(pts)
        self.end = pts + duration
        return pts, duration

    def _likely_duration(self, pts: int) -> int:
        """The duration of a frame that does not say: the nominal one, or that of the frame before."""
        if self._rate:
            return max(1, in_units(1 / self._rate, self._base))
        return pts - self.pts[-1] if self.pts else 0

    def _note_rounding(self, pts: int) -> None:
        exact = pts * self._base
        stored = in_units(exact, self.file_base)
        self.rounded = max(self.rounded, abs(stored * self.file_base - exact))
        if self.pts and stored <= in_units(self.pts[-1] * self._base, self.file_base):
            raise OutputError(
                f"{self._path}: {self._kind.name} files count time in {self.file_base} s, too coarse for the frame at"
                f" {float(exact):.6f} s; write a .mp4 file"
            )
