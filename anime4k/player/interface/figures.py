"""What the statistics show, taken out of the measurements at one moment. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from anime4k.player.pace.performance import Performance, Snapshot
from anime4k.player.pace.verdict import Verdict


@dataclass(frozen=True)
class Figures:
    """One moment of the statistics; all times are in milliseconds.

    Attributes:
        snapshot: times of stages and passes, and counts.
        verdict: whether that is enough, and what holds it up.
        budget_ms: time that one frame may take, 0 = nothing waits for it.
        display_ms: time between two refreshes of the display, 0 = unknown.
        frame_ms: time that each of the newest frames took, the oldest first.
        interval_ms: time between the newest frames on the screen, the oldest first.
        lines: (name, value) of whatever else is worth knowing.
    """

    snapshot: Snapshot = Snapshot()
    verdict: Verdict = Verdict("")
    budget_ms: float = 0.0
    display_ms: float = 0.0
    frame_ms: Sequence[float] = ()
    interval_ms: Sequence[float] = ()
    lines: tuple[tuple[str, str], ...] = ()


def figures_of(
    performance: Performance,
    verdict: Verdict,
    *,
    budget_s: float,
    display_s: float = 0.0,
    lines: Sequence[tuple[str, str]] = (),
) -> Figures:
    """The statistics now.

    Args:
        performance: all measurements.
        verdict: what they mean.
        budget_s: how long a frame stays on the screen, in seconds.
        display_s: time between two refreshes of the display in seconds, 0 = unknown.
        lines: (name, value) of whatever else is worth knowing.
    """
    return Figures(
        snapshot=performance.snapshot(),
        verdict=verdict,
        budget_ms=1000 * budget_s,
        display_ms=1000 * display_s,
        frame_ms=performance.history(),
        interval_ms=performance.intervals(),
        lines=tuple(lines),
    )


NO_FIGURES = Figures()
"""Nothing has been measured yet."""
