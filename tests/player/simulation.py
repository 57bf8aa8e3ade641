"""A player without pictures: frames that cost what a test says, shown by a clock that only the test moves."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from anime4k.player.pace.governor import Change, Decision, Governor, Sample

LONGEST_LEAD_S = 0.25
PREPARING_S = 0.3

Load = Callable[[float], float]
"""By what the cost of a frame that is drawn at some second is multiplied."""


@dataclass
class Run:
    """What happened.

    Attributes:
        decisions: (second, decision).
        late: seconds at which frames were late or lost.
        modes: (second, mode) of every frame.
    """

    decisions: list[tuple[float, Decision]] = field(default_factory=list)
    late: list[float] = field(default_factory=list)
    modes: list[tuple[float, str]] = field(default_factory=list)

    def switches(self, begin: float = 0.0, end: float = float("inf")) -> list[tuple[float, Change]]:
        """Steps down and up between two seconds."""
        return [
            (at, decision.change)
            for at, decision in self.decisions
            if begin <= at < end and decision.change is not Change.NOTHING
        ]

    def mode_at(self, second: float) -> str:
        """What was drawn with."""
        return [mode for at, mode in self.modes if at <= second][-1]


def constant(rate: float, seconds: float) -> Iterator[tuple[float, float]]:
    """(time, duration) of frames."""
    for number in range(int(rate * seconds)):
        yield number / rate, 1 / rate


def play(
    governor: Governor,
    costs_s: Mapping[str, float],
    frames: Iterable[tuple[float, float]],
    load: Load = lambda _: 1.0,
    *,
    noise: float = 0.0,
    seed: int = 0,
    overhead_s: float = 0.001,
    speed: float = 1.0,
    preparing_s: float = PREPARING_S,
) -> Run:
    """Play frames; a mode that is decided for draws `preparing_s` later.

    Args:
        governor: decides.
        costs_s: seconds that a frame takes in each mode, without load.
        frames: (time, duration).
        load: multiplies costs.
        noise: standard deviation of the logarithm of every single cost.
        seed: of that noise.
        overhead_s: what each frame costs besides.
        speed: media seconds per second.
        preparing_s: how long a new chain takes to become ready.
    """
    chance, run = random.Random(seed), Run()
    mode = governor.mode
    assert mode is not None
    drawn, coming, ready_at = mode.name, mode.name, 0.0
    free_at, lead, dropped = 0.0, 0.0, 0
    queue = [(time / speed, duration / speed) for time, duration in frames]
    for number, (due, duration) in enumerate(queue):
        following = queue[number + 1][0] if number + 1 < len(queue) else due + duration
        if following <= free_at:  # the newest due frame is the right one
            dropped += 1
            run.late.append(due)
            continue
        start = max(free_at, due - min(lead, LONGEST_LEAD_S))
        if drawn != coming and start >= ready_at:
            drawn = coming
        cost = (overhead_s + costs_s[drawn]) * load(start) * chance.lognormvariate(0.0, noise)
        lead += 0.1 * (cost - lead)
        shown = max(start + cost, due)
        late = shown - due > duration / 2
        if late:
            run.late.append(shown)
        free_at = shown
        run.modes.append((shown, drawn))
        sample = Sample(mode=drawn, budget_s=duration, cost_s=cost, late=late, dropped=dropped)
        dropped = 0
        decision = governor.step(shown, sample)
        if decision is not None:
            run.decisions.append((shown, decision))
            if decision.mode is not None:
                coming, ready_at = decision.mode.name, shown + preparing_s
    return run
