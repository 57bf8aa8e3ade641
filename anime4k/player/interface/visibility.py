"""What is visible until when. Pure."""

from __future__ import annotations

import math

from anime4k.player.interface.protocol import STATISTICS_S
from anime4k.player.state import PlayerState

NEVER = float("-inf")
_REFRESH_S = 1.0
_SETTLING = 2


class Visibility:
    """Ends of everything that goes by itself, and what stays until asked for again. Times are of any clock."""

    def __init__(self) -> None:
        self.message = ""
        """What is said."""
        self.message_until = NEVER
        self.bar_until = NEVER
        self.progress_until = NEVER
        self.statistics_until = NEVER
        self.statistics_stay = False
        """Whether the statistics stay."""
        self.state_line = False
        """Whether the state line is shown."""
        self._painted_at = NEVER
        self._frames = 0

    def say(self, text: str, until: float) -> None:
        """Show a message; empty = none any more."""
        self.message, self.message_until = text, until if text else NEVER
        self.touch(1)

    def ask_statistics(self, now: float, stay: bool) -> None:
        """Show the statistics for a while; `stay`: until asked for again."""
        if stay:
            self.statistics_stay, self.statistics_until = not self.statistics_stay, NEVER
        else:
            self.statistics_until = now + STATISTICS_S
        self.touch(1)

    def keep_statistics(self, now: float) -> None:
        """They are being read: they stay a few seconds more."""
        if not self.statistics_stay:
            self.statistics_until = now + STATISTICS_S
        self.touch(1)

    def close_statistics(self, now: float) -> bool:
        """Take the statistics away; whether they were there."""
        shown = self.statistics(now)
        self.statistics_stay, self.statistics_until = False, NEVER
        return shown

    def statistics(self, now: float) -> bool:
        """Whether the statistics are shown."""
        return self.statistics_stay or now < self.statistics_until

    def anything(self, state: PlayerState, now: float) -> bool:
        """Whether any of this, or something that the state asks for by itself, is visible."""
        return (
            self.state_line
            or self.statistics(now)
            or now < self.progress_until
            or state.osd_level >= 2
            or state.compare.split is not None
            or (state.osd_level > 0 and (now < self.message_until or state.chain.preparing is not None))
        )

    def touch(self, frames: int = _SETTLING) -> None:
        """Something changed; Dear ImGui shows the effect of a click one frame later, hence two of them."""
        self._frames = max(self._frames, frames)

    def painted(self, now: float) -> float:
        """A frame is painted; seconds since the one before."""
        elapsed = now - self._painted_at if self._painted_at > NEVER else 1 / 60
        self._painted_at = now
        self._frames = max(0, self._frames - 1)
        return elapsed

    def wait_s(self, now: float, bar_ends: float) -> float:
        """Seconds until the next frame is wanted; inf = nothing changes by itself."""
        if self._frames > 0:
            return 0.0
        ends = (self.message_until, bar_ends, self.progress_until, self.statistics_until)
        wait = min((end - now for end in ends if end > self._painted_at), default=math.inf)
        if self.statistics_stay:
            wait = min(wait, self._painted_at + _REFRESH_S - now)
        return max(wait, 0.0)
