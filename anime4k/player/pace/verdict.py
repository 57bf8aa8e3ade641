"""One sentence about whether the frames are done in time, and what is in the way when they are not. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from anime4k.player.pace.performance import Snapshot
from anime4k.player.pace.timing import Stage

FITS = 0.70
"""A chain fits when it takes no more than this part of the time of a frame: the rest is for what happens beside it."""

MINIMUM = 12
"""Frames after which something can be said: half a second of film."""

_SUBJECTS = {
    Stage.DECODE: "the decoder is",
    Stage.UPLOAD: "the upload is",
    Stage.RENDER: "the shaders are",
    Stage.SUBTITLE: "the subtitles are",
    Stage.INTERFACE: "the interface is",
    Stage.PRESENT: "presenting is",
}


@dataclass(frozen=True)
class Verdict:
    """Whether frames are done in time.

    Attributes:
        text: one sentence without a final stop.
        fits: whether 99 of 100 frames are; None = too few frames to say.
        headroom: part of the time of a frame that is left at p99; negative = it is too little.
        bottleneck: the stage that takes most of the work; None before the first.
        share: its part of the work, 0 to 1.
    """

    text: str
    fits: bool | None = None
    headroom: float = 0.0
    bottleneck: Stage | None = None
    share: float = 0.0


def verdict(snapshot: Snapshot, budget_s: float, cheaper: str = "") -> Verdict:
    """What the times mean.

    Args:
        snapshot: the times.
        budget_s: how long a frame stays on the screen, in real seconds; 0 = nothing waits for it.
        cheaper: name of a mode that takes less, empty = there is none.
    """
    bottleneck, share = _bottleneck(snapshot)
    took, budget = snapshot.frame.p99, 1000 * budget_s
    if snapshot.frame.count < MINIMUM:
        return Verdict("not enough frames yet to say whether it fits", None, 0.0, bottleneck, share)
    if budget <= 0.0:
        return Verdict(f"{took:.1f} ms a frame at p99; nothing waits for it", True, 1.0, bottleneck, share)
    headroom = 1.0 - took / budget
    blame = f"{_SUBJECTS[bottleneck]} the bottleneck ({share:.0%})" if bottleneck else ""
    if headroom < 0.0:
        advice = f"try mode {cheaper}" if cheaper and bottleneck in (Stage.RENDER, Stage.UPLOAD, Stage.PRESENT) else ""
        text = "; ".join(
            part for part in (f"too slow: {took:.1f} ms of {budget:.1f} ms a frame at p99", blame, advice) if part
        )
    else:
        word = "fits" if took <= FITS * budget else "just fits"
        text = f"{word}: {took:.1f} ms of {budget:.1f} ms a frame at p99 ({headroom:.0%} headroom)"
    return Verdict(text, headroom >= 0.0, headroom, bottleneck, share)


def _bottleneck(snapshot: Snapshot) -> tuple[Stage | None, float]:
    together = sum(ms for _, ms in snapshot.loads)
    if together <= 0.0:
        return None, 0.0
    worst, most = max(snapshot.loads, key=lambda load: load[1])
    return worst, most / together
