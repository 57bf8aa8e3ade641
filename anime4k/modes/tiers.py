"""Quality tiers as data: what can stand in for a mode when it takes too long, from the best to the cheapest."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from anime4k.modes.rules import DOUBLING_PAYS, LARGER, decide
from anime4k.modes.situation import Situation
from anime4k.modes.table import AUTO, OFF, Mode, Quality, find_mode, in_quality

LIGHTER: Mapping[str, str] = {
    "a+a": "a", "b+b": "b", "c+a": "c", "a": "c", "b": "c", "c": "quick", "quick": "off", "lite": "off",
}  # fmt: skip
"""What comes below the fast form of a mode: it drops the second treatment, then the first, then the network, then
the doubling.

a4k-lite is not below quick: it reads more for each pixel than the cheapest doubling does.
"""
RISES: Mapping[str, str] = {"quick": "c"}
"""What the mode auto may rise to from a mode that has only one form, beside its -hq form."""


@dataclass(frozen=True)
class Tiers:
    """What a mode can be exchanged for.

    Attributes:
        modes: from the best to the cheapest; the last one is the plain scaler.
        start: number of the one that the mode itself stands for.
    """

    modes: tuple[Mode, ...]
    start: int = 0


def tiers(mode: Mode, situation: Situation, quality: Quality | None = None) -> Tiers:
    """The tiers of `mode`.

    A mode that the user named is never exchanged for a better one. The mode auto starts at what its rules take and
    may rise to the -hq form of that, or to the form that the user asked for; from quick, to those of c.

    Args:
        mode: what the user chose.
        situation: the source on its way to the output; leaves out modes that do nothing at its enlargement.
        quality: the form that the user prefers for the mode auto, None = never said.
    """
    start = decide(situation, quality).mode if mode == AUTO else mode
    best = start
    if mode == AUTO:
        best = in_quality(find_mode(RISES.get(start.letters, start.name)), quality or Quality.HQ)
    found = [best]
    while found[-1] != OFF:
        last = found[-1]
        if last.quality is Quality.HQ:
            found.append(in_quality(last, Quality.FAST))
        else:
            found.append(find_mode(LIGHTER[last.letters]))
    useful = tuple(entry for entry in found if entry in (start, OFF) or _does_something(entry, situation))
    return Tiers(useful, useful.index(start))


def _does_something(mode: Mode, situation: Situation) -> bool:
    least = {"c": DOUBLING_PAYS, "quick": DOUBLING_PAYS, "lite": LARGER}.get(mode.letters, 0.0)
    return situation.factor >= least
