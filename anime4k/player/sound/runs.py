"""A run: sound that goes on without a break.

It is of one file, one track and one speed, so its samples and media time are in step.
"""

from __future__ import annotations

from dataclasses import dataclass

from anime4k.player.sound.ring import RATE


@dataclass
class Run:
    """Sound without a break.

    Attributes:
        start: index of its first sample.
        media: media time of that sample in seconds.
        speed: media seconds per second.
        end: index after its last sample once that is known.
        joined: index at which it is or is to be entered.
        before: speed of what was heard until there, when it goes on without a break.
    """

    start: int
    media: float
    speed: float
    end: int | None = None
    joined: int = 0
    before: float | None = None

    def media_at(self, index: float) -> float:
        """Media time of a sample; what lies before the entrance is what was heard then."""
        if self.before is not None and index < self.joined:
            return self.media_at(self.joined) + (index - self.joined) * self.before / RATE
        return self.media + (index - self.start) * self.speed / RATE

    def index_at(self, media: float) -> int:
        """The sample at a media time."""
        return self.start + round((media - self.media) * RATE / self.speed)


@dataclass(frozen=True)
class Request:
    """A run that is wanted.

    Attributes:
        number: a new one for each request; only the latest counts.
        media: media time to begin at.
        speed: media seconds per second.
    """

    number: int
    media: float
    speed: float
