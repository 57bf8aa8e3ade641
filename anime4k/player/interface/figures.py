"""What the statistics page shows, as data. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Timing:
    """How long something takes, in milliseconds.

    Attributes:
        name: the stage or the shader pass.
        last: the newest measurement.
        average: over the measurements kept.
        peak: the longest of them.
        p99: what one in a hundred exceeds, None = too few measurements.
        detail: what else is worth knowing, such as the size of the picture made.
    """

    name: str
    last: float
    average: float
    peak: float
    p99: float | None = None
    detail: str = ""


@dataclass(frozen=True)
class Figures:
    """One moment of the statistics.

    Attributes:
        verdict: one line: is it enough, and what holds it up.
        fits: whether frames are made in time; None = not known yet.
        stages: decode, upload, shaders, subtitles, presentation.
        passes: the shader passes in the order in which they run.
        lines: (name, value) of everything else.
        budget_ms: time that one frame may take, 0 = unknown.
        frame_ms: time that each of the newest frames took, oldest first.
        interval_ms: time between the newest presentations, oldest first.
        display_ms: time between two refreshes of the display, 0 = unknown.
    """

    verdict: str = ""
    fits: bool | None = None
    stages: tuple[Timing, ...] = ()
    passes: tuple[Timing, ...] = ()
    lines: tuple[tuple[str, str], ...] = ()
    budget_ms: float = 0.0
    frame_ms: Sequence[float] = ()
    interval_ms: Sequence[float] = ()
    display_ms: float = 0.0


NO_FIGURES = Figures()
"""Nothing has been measured yet."""
