"""Results as tables."""

from __future__ import annotations

from collections.abc import Sequence

from judge.tables import Column, Line, Table

from anime4k.quality.free_set import RELATED

from .classes import Condition, Flavour, Group
from .results import Results, Row
from .verdicts import missed, over_budget, summary, verdicts

GROUP_TITLES = {Group.UPSCALE: "Twice the size", Group.RESTORE: "At the same size"}


def by_picture(rows: Sequence[Row], results: Results, promises: bool) -> Table:
    """Scores of single pictures under the first condition of a group."""
    first = Condition.of(rows[0].group)[0]
    names = rows[0].pictures(first)
    several, related = len(names) > 1, len(names) > 1 and RELATED in names
    columns = [*(Column(name) for name in names)]
    columns += [Column("mean")] * several + [Column(f"without {RELATED}")] * related
    columns += [Column("SSIM", 4), Column("gradient"), *[Column("promised")] * promises]

    def line(row: Row) -> Line:
        figures: list[float | str | None] = [row.scores[first, name].psnr for name in names]
        figures += [row.mean(first)] * several + [row.mean(first, related=False)] * related
        figures += [row.mean(first, "ssim"), row.mean(first, "gradient_psnr"), *[summary(row, results)] * promises]
        return Line(row.name, tuple(figures))

    return Table(
        GROUP_TITLES[rows[0].group],
        f"Luma PSNR in dB of each picture, {first.words} and enlarged again; SSIM and gradient are means.",
        tuple(columns),
        tuple(map(line, rows)),
    )


def by_condition(rows: Sequence[Row], results: Results, promises: bool) -> Table:
    """Mean scores under every condition of a group, over the pictures that all of them have."""
    conditions = [c for c in Condition.of(rows[0].group) if any(row.mean(c) is not None for row in rows)]
    pictures = rows[0].pictures(conditions[-1])
    columns = [*(Column(condition.head) for condition in conditions), *[Column("promised")] * promises]

    def line(row: Row) -> Line:
        figures: list[float | str | None] = [row.mean(c, related=len(row.pictures(c)) == 1) for c in conditions]
        return Line(row.name, (*figures, *[summary(row, results)] * promises))

    return Table(
        f"{GROUP_TITLES[rows[0].group]}, every kind of picture",
        f"Mean luma PSNR in dB over {', '.join(pictures)}. "
        + "; ".join(f"*{condition.head}*: {condition.words}" for condition in conditions)
        + ".",
        tuple(columns),
        tuple(map(line, rows)),
    )


def costs(rows: Sequence[Row]) -> Table:
    """What the files of a group cost."""

    def line(row: Row) -> Line:
        cost = row.cost
        assert cost is not None
        return Line(row.name, (cost.multiply_adds or None, cost.passes, cost.reads, cost.writes, cost.weights))

    return Table(
        f"{GROUP_TITLES[rows[0].group]}, cost",
        "Per pixel of the source: multiply-adds of the network, passes of the shader file, texels read and written; "
        "and the trained numbers in it.",
        (
            Column("multiply-adds", 0),
            Column("passes", 0),
            Column("reads", 1),
            Column("writes", 1),
            Column("weights", 0),
        ),
        tuple(line(row) for row in rows if row.cost is not None),
    )


def group_tables(
    results: Results, group: Group, only: Sequence[str] | None = None, promises: bool = True
) -> tuple[Table, ...]:
    """Scores and costs of a group.

    Args:
        results: scores.
        group: which rows.
        only: names of the rows that are shown besides those without a file; None for all.
        promises: whether there is a column for what was promised.
    """
    rows = [
        row
        for row in results.rows
        if row.group is group and row.scores and (only is None or row.flavour is None or row.name in only)
    ]
    if not rows:
        return ()
    upscale = group is Group.UPSCALE
    first = (by_picture(rows, results, promises),) if upscale else ()
    last = (costs(rows),) if any(row.cost for row in rows) else ()
    return (*first, by_condition(rows, results, promises and not upscale), *last)


def all_tables(results: Results, only: Sequence[str] | None = None, promises: bool = True) -> tuple[Table, ...]:
    """The tables of every group, as `group_tables` makes them."""
    return tuple(table for group in Group for table in group_tables(results, group, only, promises))


def count(results: Results) -> str:
    """How many promises hold, in a sentence."""
    made = [verdict for row in results.rows for verdict in verdicts(row, results)]
    broken = len(missed(results))
    budgets = sum(over_budget(row) for row in results.rows)
    text = f"{len(made) - broken} of {len(made)} promises hold"
    return text + (f"; {budgets} networks are over their budget." if budgets else ".")


def ours(results: Results) -> tuple[Row, ...]:
    """The rows of our networks."""
    return tuple(row for row in results.rows if row.flavour is not None and not row.official)


def rival(row: Row, results: Results) -> Row | None:
    """The official file that ours is compared with: that of the same class, the soft one for restoring."""
    soft = row.flavour in (Flavour.RESTORE, Flavour.CLEAN)
    return results.row(Flavour.SOFT if soft else row.flavour, row.size, True)
