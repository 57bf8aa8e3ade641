"""Whether our networks reach what was promised for them."""

from __future__ import annotations

import enum
from dataclasses import dataclass

from .classes import Against, Flavour, Target, targets
from .results import Results, Row


class Reached(enum.Enum):
    """How far a score came, worst first."""

    MISSED = "misses"
    UNKNOWN = "unknown"
    MUST = "must"
    GOAL = "goal"


@dataclass(frozen=True)
class Verdict:
    """One promise about one network.

    Attributes:
        target: the promise.
        value: the mean that was measured; None when it was not.
        base: the score that the promise is counted from, 0 for plain decibels; None when it was not measured.
    """

    target: Target
    value: float | None
    base: float | None

    @property
    def short(self) -> float:
        """By how many dB the value, rounded to 0.01 dB as tables show it, misses `must`; not positive when it does not.

        Both must have been measured.
        """
        assert self.value is not None and self.base is not None
        return round(self.target.must + self.base, 2) - round(self.value, 2)

    @property
    def reached(self) -> Reached:
        """How far it came."""
        if self.value is None or self.base is None:
            return Reached.UNKNOWN
        if self.short > 1e-6:
            return Reached.MISSED
        goal = self.target.goal
        if goal is None or round(self.value, 2) + 1e-6 >= round(goal + self.base, 2):
            return Reached.GOAL
        return Reached.MUST


def base_of(target: Target, row: Row, results: Results) -> float | None:
    """The score that a target is counted from."""
    if target.against is Against.ZERO:
        return 0.0
    other = {
        Against.INPUT: lambda: results.row(None, None, False, row.group),
        Against.SOFT: lambda: results.row(Flavour.SOFT, row.size, True),
        Against.TWIN: lambda: results.row(Flavour.UPSCALE, row.size, False),
    }[target.against]()
    return None if other is None else other.mean(target.condition)


def verdicts(row: Row, results: Results) -> tuple[Verdict, ...]:
    """The promises about a network; none for official files and baselines."""
    if row.official or row.flavour is None or row.size is None:
        return ()
    return tuple(
        Verdict(target, row.mean(target.condition), base_of(target, row, results))
        for target in targets(row.flavour, row.size)
    )


def over_budget(row: Row) -> bool:
    """Whether one of our networks costs more than its class allows."""
    return bool(not row.official and row.size and row.cost and row.cost.multiply_adds > row.size.value)


def summary(row: Row, results: Results) -> str:
    """All promises about a network in a few words: "goal", "must", or which are missed and by how much."""
    found = verdicts(row, results)
    if not found:
        return ""
    parts = [
        f"misses must by {verdict.short:.2f} dB" + (f" ({verdict.target.condition.head})" if len(found) > 1 else "")
        for verdict in found
        if verdict.reached is Reached.MISSED
    ]
    unknown = [verdict.target.condition.head for verdict in found if verdict.reached is Reached.UNKNOWN]
    parts += [f"nothing to compare with ({', '.join(unknown)})"] if unknown else []
    if not parts:
        parts = ["goal" if all(verdict.reached is Reached.GOAL for verdict in found) else "must"]
    if over_budget(row):
        assert row.size is not None
        parts.append(f"over the budget of {row.size.value}")
    return "; ".join(parts)


def missed(results: Results) -> tuple[tuple[Row, Verdict], ...]:
    """Every promise that does not hold."""
    return tuple(
        (row, verdict)
        for row in results.rows
        for verdict in verdicts(row, results)
        if verdict.reached is Reached.MISSED
    )


def asked(target: Target) -> str:
    """A promise in words, such as "at least 0.3 dB above the input"."""
    if target.against is Against.ZERO:
        text = f"at least {target.must:g} dB"
    elif target.must > 0:
        text = f"at least {target.must:g} dB above {target.against.value}"
    elif target.must < 0:
        text = f"at most {-target.must:g} dB below {target.against.value}"
    else:
        text = f"not below {target.against.value}"
    return text + (f", goal {target.goal:g} dB" if target.goal is not None else "")
