"""What programs took to play a clip through shader files: tables, ratios, verdicts, figures for a file."""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from judge.tables import Column, Line, Table

from .programs import OURS, Cost
from .ratios import Measure, Ratio, Target, Verdict, extras, ratio

PLAIN = ""
"""Stands for playback without a shader."""

LOOP = "loop"
"""The column of `Renderer` alone, without window and decoder."""

_HEADS = {Measure.CPU: "CPU milliseconds a frame", Measure.WALL: "Milliseconds a frame on the wall"}


@dataclass
class Playing:
    """Milliseconds per frame, one entry for each round.

    Attributes:
        programs: names of the programs, in the order of columns.
        shaders: names of the shader files, in the order of rows.
        costs: (program, shader file or `PLAIN`) -> costs of the rounds, plain playback contained.
    """

    programs: tuple[str, ...]
    shaders: tuple[str, ...]
    costs: dict[tuple[str, str], list[Cost]] = field(default_factory=dict)

    def add(self, program: str, shader: str, cost: Cost) -> None:
        """Enter what the next round has given."""
        self.costs.setdefault((program, shader), []).append(cost)

    def rounds(self, program: str, shader: str, measure: Measure) -> tuple[float, ...]:
        """A value for each round; what plain playback costs is subtracted from that of a shader."""
        plain = self._all(program, PLAIN, measure)
        return plain if shader == PLAIN else extras(self._all(program, shader, measure), plain)

    def ratio(self, own: str, other: str, shader: str, measure: Measure) -> Ratio | None:
        """What the shader costs in `own` in terms of `other`."""
        return ratio(self.rounds(own, shader, measure), self.rounds(other, shader, measure))

    def _all(self, program: str, shader: str, measure: Measure) -> tuple[float, ...]:
        found = self.costs[program, shader]
        return tuple(cost.cpu if measure is Measure.CPU else cost.wall for cost in found)

    @property
    def pairs(self) -> list[tuple[str, str]]:
        """Which programs are compared: ours with every other one that plays."""
        return [(OURS, other) for other in self.programs if other not in (OURS, LOOP) and OURS in self.programs]


def table(playing: Playing, measure: Measure) -> Table:
    """Medians over the rounds, and ratios with their range."""
    heads = [Column(program, 1) for program in playing.programs]
    heads += [Column(f"{own} / {other.removeprefix(own + ' ')}") for own, other in playing.pairs]
    lines = []
    for shader in (PLAIN, *playing.shaders):
        medians = [statistics.median(playing.rounds(program, shader, measure)) for program in playing.programs]
        found = [playing.ratio(*pair, shader, measure) for pair in playing.pairs]
        label = f"`{shader}` on top of that" if shader else "plain playback, no shader"
        lines.append(Line(label, (*medians, *(str(one) if one else "-" for one in found))))
    return Table(_HEADS[measure], "", tuple(heads), tuple(lines))


def verdicts(playing: Playing, targets: Sequence[Target]) -> list[Verdict]:
    """What became of the promises about files and programs that were measured."""
    return [
        Verdict(target, playing.ratio(OURS, target.against, target.what, Measure.CPU))
        for target in targets
        if target.what in playing.shaders and (OURS, target.against) in playing.pairs
    ]


def figures(playing: Playing, found: Sequence[Verdict]) -> dict[str, Any]:
    """Everything that was measured, for a JSON file; plain playback is contained in the costs and not in the ratios."""
    return {
        "costs": [
            {
                "program": program,
                "shader": shader or None,
                "cpu_ms": [round(cost.cpu, 3) for cost in costs],
                "wall_ms": [round(cost.wall, 3) for cost in costs],
            }
            for (program, shader), costs in playing.costs.items()
        ],
        "ratios": [
            {"of": own, "to": other, "shader": shader, "measure": measure.value, **quotient(one)}
            for measure in (Measure.CPU, Measure.WALL)
            for shader in playing.shaders
            for own, other in playing.pairs
            if (one := playing.ratio(own, other, shader, measure))
        ],
        "targets": [outcome(verdict) for verdict in found],
    }


def quotient(one: Ratio) -> dict[str, float]:
    """A ratio for a JSON file."""
    return {"ratio": round(one.value, 4), "least": round(one.least, 4), "most": round(one.most, 4)}


def outcome(verdict: Verdict) -> dict[str, Any]:
    """A verdict for a JSON file."""
    target = verdict.target
    return {
        "what": target.what,
        "against": target.against,
        "limit": target.limit,
        "goal": target.goal,
        "ratio": None if verdict.ratio is None else round(verdict.ratio.value, 4),
        "met": verdict.met,
    }
