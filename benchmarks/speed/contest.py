"""What drawing networks took: tables, ratios to the official file, verdicts, figures for a file."""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from judge.tables import Column, Line, Table

from .drawing import Pass
from .entries import Entry, Form
from .playing import outcome, quotient
from .ratios import Measure, Ratio, Target, Verdict, extras, ratio

_WORDS = {
    Measure.CPU: "CPU milliseconds a frame, all threads, until everything is drawn",
    Measure.GPU: "Milliseconds a frame on the graphics processor, by its own clock",
    Measure.WALL: "Milliseconds a frame on the wall, until everything is drawn",
}


@dataclass
class Contest:
    """The files of one class and what they took.

    Attributes:
        entries: the files in the order of rows.
        plain: milliseconds of the built-in stages alone, an entry for each round.
        rounds: name of a file -> its milliseconds likewise, built-in stages contained.
        draws: name of a file -> steps of its plan, built-in ones contained.
        passes: name of a file -> its passes, where they were asked for.
    """

    entries: tuple[Entry, ...]
    plain: list[float] = field(default_factory=list)
    rounds: dict[str, list[float]] = field(default_factory=dict)
    draws: dict[str, int] = field(default_factory=dict)
    passes: dict[str, tuple[Pass, ...]] = field(default_factory=dict)

    def extras(self, name: str) -> tuple[float, ...]:
        """Milliseconds of a file in each round, built-in stages subtracted."""
        return extras(self.rounds[name], self.plain)

    @property
    def official(self) -> Entry | None:
        """The file that the others are compared with."""
        return next((entry for entry in self.entries if entry.form is Form.OFFICIAL), None)

    def ratio(self, entry: Entry) -> Ratio | None:
        """A file in terms of the official one; None where there is none, and for that file itself."""
        if self.official is None or entry == self.official:
            return None
        return ratio(self.extras(entry.name), self.extras(self.official.name))


def table(contests: Sequence[Contest], measure: Measure, sizes: str) -> Table:
    """A row for every file."""
    lines = []
    for contest in contests:
        for entry in contest.entries:
            costs, found = contest.extras(entry.name), contest.ratio(entry)
            spread = f"{min(costs):.2f} to {max(costs):.2f}"
            figures = (statistics.median(costs), spread, str(contest.draws[entry.name]))
            lines.append(Line(f"`{entry.name}`", (*figures, str(found) if found else "")))
    columns = (Column("ms"), Column("rounds"), Column("draws"), Column("in terms of the official"))
    return Table(f"{_WORDS[measure]}, {sizes}, built-in stages subtracted", "", columns, tuple(lines))


def pass_table(contest: Contest, entry: Entry, measure: Measure) -> Table:
    """Every pass of a file; shares are those of the whole frame."""
    passes = contest.passes[entry.name]
    whole = sum(one.ms for one in passes)
    lines = [
        Line(f"{number:3d} {one.desc}", (one.kind, one.size, one.ms, f"{one.ms / whole:.1%}" if whole else ""))
        for number, one in enumerate(passes, 1)
    ]
    clock = "by the graphics processor's clock" if measure is Measure.GPU else "on the wall"
    columns = (Column("kind"), Column("writes"), Column("ms", 3), Column("share"))
    return Table(f"{entry.name}, {clock}", "", columns, tuple(lines))


def verdicts(contests: Sequence[Contest], targets: Sequence[Target], *, hardware: bool) -> list[Verdict]:
    """What became of the promises about files that were drawn against the official file that they name."""
    return [
        Verdict(target, contest.ratio(entry))
        for target in targets
        for contest in contests
        for entry in contest.entries
        if entry.name == target.what
        and contest.official is not None
        and contest.official.name == target.against
        and (hardware or not target.hardware)
    ]


def figures(contests: Sequence[Contest], found: Sequence[Verdict], measure: Measure) -> dict[str, Any]:
    """Everything that was measured, for a JSON file; the built-in stages are contained in the costs."""
    return {
        "measure": measure.value,
        "classes": [
            {
                "class": contest.entries[0].size.name,
                "plain": [round(ms, 4) for ms in contest.plain],
                "files": [_file(contest, entry) for entry in contest.entries],
            }
            for contest in contests
        ],
        "targets": [outcome(verdict) for verdict in found],
    }


def _file(contest: Contest, entry: Entry) -> dict[str, Any]:
    found = contest.ratio(entry)
    return {
        "name": entry.name,
        "form": entry.form.value,
        "without": sorted(entry.without),
        "draws": contest.draws[entry.name],
        "cost": [round(ms, 4) for ms in contest.rounds[entry.name]],
        **({} if found is None else quotient(found)),
        **({"passes": [asdict(one) for one in contest.passes[entry.name]]} if entry.name in contest.passes else {}),
    }
