"""Which frame is shown when: a pure function of the clock and the frames that are ready.

The rules, for frames in presentation order:

* a frame is due at its own time and stays until the next one is due, however long that is;
* of several frames that are due, all but the last are dropped: the newest due picture is the right one;
* the newest ready frame is never dropped, so that a slow decoder gives late pictures instead of none;
* a frame whose time jumps (backwards, or far ahead) is shown at once and takes the clock with it;
* the last frame stays for its duration.
"""

from __future__ import annotations

import enum
from collections.abc import Sequence
from dataclasses import dataclass

JUMP_S = 60.0
"""A pause of more than this after the end of a frame is a broken time stamp, not a slow picture."""


@dataclass(frozen=True)
class Slot:
    """When a frame belongs on the screen, in media seconds.

    Attributes:
        time: when it appears.
        duration: how long it is said to stay; only the last frame and jumps are judged by it.
    """

    time: float
    duration: float

    @property
    def end(self) -> float:
        """When it should disappear."""
        return self.time + self.duration


class Action(enum.Enum):
    """What the loop does next."""

    SHOW = "show"
    """Show the frame behind the dropped ones."""
    WAIT = "wait"
    """Nothing is due yet."""
    STARVE = "starve"
    """No frame is ready, though more are to come."""
    FINISH = "finish"
    """The last frame has had its time."""


@dataclass(frozen=True)
class Decision:
    """What to do.

    Attributes:
        action: what the loop does next.
        drop: how many frames at the head of the queue are discarded first.
        wait_s: seconds of real time until the next frame is due (`Action.WAIT`).
        resync: the clock has to be put to the time of the frame that is shown.
    """

    action: Action
    drop: int = 0
    wait_s: float = 0.0
    resync: bool = False


def decide(
    now: float,
    upcoming: Sequence[Slot],
    *,
    shown: Slot | None,
    ended: bool,
    speed: float = 1.0,
) -> Decision:
    """What to do at media time `now`.

    Args:
        now: the media time at which a picture started now would be visible.
        upcoming: the frames that are ready, in presentation order.
        shown: the frame on the screen.
        ended: whether no frame follows those of `upcoming`.
        speed: media seconds per second, > 0.
    """
    if not upcoming:
        if not ended:
            return Decision(Action.STARVE)
        if shown is None or shown.end <= now:
            return Decision(Action.FINISH)
        return Decision(Action.WAIT, wait_s=(shown.end - now) / speed)
    if shown is not None and _jumps(shown, upcoming[0]):
        return Decision(Action.SHOW, resync=True)
    if upcoming[0].time > now:
        return Decision(Action.WAIT, wait_s=(upcoming[0].time - now) / speed)
    drop = 0
    while drop + 1 < len(upcoming) and _replaces(upcoming[drop], upcoming[drop + 1], now):
        drop += 1
    return Decision(Action.SHOW, drop=drop)


def is_late(slot: Slot, now: float) -> bool:
    """Whether a frame that becomes visible at media time `now` has lost more than half of its time."""
    return now - slot.time > slot.duration / 2


def _jumps(before: Slot, after: Slot) -> bool:
    return after.time < before.time or after.time > before.end + JUMP_S


def _replaces(before: Slot, after: Slot, now: float) -> bool:
    return after.time <= now and not _jumps(before, after)
