"""Results as tables."""

from __future__ import annotations

from collections.abc import Sequence

from judge.tables import Column, Line, Table

from anime4k.quality.free_set import RELATED

from .classes import Condition, Flavour, Group
from .results import Results, Row
from .verdicts import missed, over_budget, summary, verdicts

GROUP_TITLES = {Group.UPSCALE: "Twice the size", Group.RESTORE: "At the same size"}


def group_tables(results: Results, group: Group, only: Sequence[str] | None = None) -> tuple[Table, ...]:
    """Scores and costs of a group; `only` names the rows that are shown, besides those without a file."""
    rows = [
        row for row in results.rows if row.group is group and (only is None or row.flavour is None or row.name in only)
    ]
    conditions = [c for c in Condition.of(group) if any(row.mean(c) is not None for row in rows)]
    if not rows or not conditions:
        return ()
    title, first = GROUP_TITLES[group], conditions[0]
    tables = []
    if group is Group.UPSCALE:
        names = rows[0].pictures(first)
        related = RELATED in names and len(names) > 1
        tables.append(
            Table(
                title,
                f"Luma PSNR in dB of each picture, {first.words} and enlarged again; their mean, the mean without "
                f"{RELATED}, and what was promised.",
                (
                    *(Column(name) for name in names),
                    *((Column("mean"),) if len(names) > 1 else ()),
                    *((Column(f"without {RELATED}"),) if related else ()),
                    Column("SSIM", 4),
                    Column("gradient"),
                    Column("promised"),
                ),
                tuple(
                    Line(
                        row.name,
                        (
                            *(row.scores[first, name].psnr for name in names),
                            *((row.mean(first),) if len(names) > 1 else ()),
                            *((row.mean(first, related=False),) if related else ()),
                            row.mean(first, "ssim"),
                            row.mean(first, "gradient_psnr"),
                            summary(row, results),
                        ),
                    )
                    for row in rows
                ),
            )
        )
    tables.append(
        Table(
            f"{title}, every kind of picture",
            "Mean luma PSNR in dB. " + "; ".join(f"*{c.head}*: {c.words}" for c in conditions) + ".",
            (*(Column(c.head) for c in conditions), *((Column("promised"),) if group is Group.RESTORE else ())),
            tuple(
                Line(
                    row.name,
                    (
                        *(row.mean(c) for c in conditions),
                        *((summary(row, results),) if group is Group.RESTORE else ()),
                    ),
                )
                for row in rows
            ),
        )
    )
    costs = [row for row in rows if row.cost is not None]
    if costs:
        tables.append(
            Table(
                f"{title}, cost",
                "Per pixel of the source: multiply-adds of the network, passes of the shader file, texels read and "
                "written; and the trained numbers in it.",
                (
                    Column("multiply-adds", 0),
                    Column("passes", 0),
                    Column("reads", 1),
                    Column("writes", 1),
                    Column("weights", 0),
                ),
                tuple(
                    Line(
                        row.name,
                        (row.cost.multiply_adds, row.cost.passes, row.cost.reads, row.cost.writes, row.cost.weights),
                    )
                    for row in costs
                    if row.cost is not None
                ),
            )
        )
    return tuple(tables)


def all_tables(results: Results, only: Sequence[str] | None = None) -> tuple[Table, ...]:
    """The tables of every group."""
    return tuple(table for group in Group for table in group_tables(results, group, only))


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
