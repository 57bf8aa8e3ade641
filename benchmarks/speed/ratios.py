"""Costs of several rounds, what one costs in terms of another, and what it may cost at most."""

from __future__ import annotations

import enum
import statistics
from collections.abc import Sequence
from dataclasses import dataclass


class Measure(enum.Enum):
    """What is counted; the value is its key in files."""

    CPU = "cpu_ms"
    """Milliseconds of processor time, all threads, user and system."""
    WALL = "wall_ms"
    """Milliseconds by the clock on the wall."""
    GPU = "gpu_ms"
    """Milliseconds of a graphics processor, by its own clock."""


@dataclass(frozen=True)
class Ratio:
    """What one thing costs in terms of another.

    Attributes:
        value: quotient of the medians over the rounds.
        least: smallest quotient of any round.
        most: largest quotient of any round.
    """

    value: float
    least: float
    most: float

    def __str__(self) -> str:
        return f"{self.value:.2f} ({self.least:.2f} to {self.most:.2f})"


def ratio(own: Sequence[float], other: Sequence[float]) -> Ratio | None:
    """`own` in terms of `other`, both one value for each round.

    None when `other` is not clearly more than nothing: its median or all of its rounds are 0 or less, as differences
    of two measurements can be.

    Raises:
        ValueError: the numbers of rounds differ, or there is none.
    """
    if not own or len(own) != len(other):
        raise ValueError(f"{len(own)} rounds against {len(other)}")
    rounds = [a / b for a, b in zip(own, other, strict=True) if b > 0.0]
    middle = statistics.median(other)
    if middle <= 0.0 or not rounds:
        return None
    return Ratio(statistics.median(own) / middle, min(rounds), max(rounds))


def extras(shaded: Sequence[float], plain: Sequence[float]) -> tuple[float, ...]:
    """What is left of each round when the plain one is subtracted.

    Raises:
        ValueError: the numbers of rounds differ.
    """
    return tuple(a - b for a, b in zip(shaded, plain, strict=True))


def per_frame(short: float, long: float, frames: int) -> float:
    """Milliseconds of one frame, from the seconds of two runs of which the longer one has `frames` frames more."""
    return (long - short) / frames * 1e3


@dataclass(frozen=True)
class Target:
    """A promise about a ratio.

    Attributes:
        what: what is measured.
        against: in terms of what.
        limit: the ratio that it may not exceed.
        goal: the ratio that would be better still; None = the limit is all.
        hardware: holds only where a graphics processor draws.
    """

    what: str
    against: str
    limit: float
    goal: float | None = None
    hardware: bool = False


@dataclass(frozen=True)
class Verdict:
    """What became of a promise.

    Attributes:
        target: the promise.
        ratio: what was measured; None = the measurement says nothing.
    """

    target: Target
    ratio: Ratio | None

    @property
    def met(self) -> bool:
        """Whether the promise holds."""
        return self.ratio is not None and self.ratio.value <= self.target.limit

    def __str__(self) -> str:
        target = self.target
        found = "no ratio could be measured" if self.ratio is None else f"{self.ratio} x {target.against}"
        goal = "" if target.goal is None else f", goal {target.goal:.2f}"
        return f"{'met   ' if self.met else 'MISSED'}  {target.what}: {found}, at most {target.limit:.2f}{goal}"
