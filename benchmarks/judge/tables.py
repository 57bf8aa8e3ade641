"""Tables as data, and their text."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from anime4k.quality import metrics


@dataclass(frozen=True)
class Column:
    """A column of numbers.

    Attributes:
        name: its head.
        digits: decimals shown.
    """

    name: str
    digits: int = 2


@dataclass(frozen=True)
class Line:
    """One row: a label and a value for each column; None where there is none, text stands as it is."""

    label: str
    values: tuple[float | str | None, ...]


@dataclass(frozen=True)
class Table:
    """Rows under columns.

    Attributes:
        title: heading.
        text: what it shows and how to read it.
        columns: heads of the values.
        lines: rows in order.
        notes: what went wrong or was left out.
    """

    title: str
    text: str
    columns: tuple[Column, ...]
    lines: tuple[Line, ...]
    notes: tuple[str, ...] = ()


def number(value: float | str | None, digits: int) -> str:
    """A value as text; nothing where there is none."""
    if value is None or isinstance(value, str):
        return value or ""
    return "equal" if math.isinf(value) else f"{value:.{digits}f}"


def excess(value: metrics.Excess) -> str:
    """Mean, 99.9th percentile and largest value in one cell."""
    return f"{value.mean:.3f} / {value.high:.1f} / {value.largest:.1f}"


def cells(table: Table) -> list[list[str]]:
    """The table as rows of text, the head first."""
    rows = [["", *(column.name for column in table.columns)]]
    for line in table.lines:
        figures = zip(line.values, table.columns, strict=True)
        rows.append([line.label, *(number(value, column.digits) for value, column in figures)])
    return rows


def terminal(table: Table) -> str:
    """The table for a terminal."""
    rows = cells(table)
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    lines = [table.title]
    for row in rows:
        head = row[0].ljust(widths[0])
        lines.append("  ".join([head, *(cell.rjust(width) for cell, width in zip(row[1:], widths[1:], strict=True))]))
    return "\n".join([*lines, *table.notes])


def markdown(table: Table) -> str:
    """The table as a section of a Markdown page."""
    rows = cells(table)
    lines = [f"## {table.title}", "", table.text, ""]
    lines += [_row(rows[0]), _row(["---", *["---:"] * len(table.columns)])]
    lines += [_row(row) for row in rows[1:]]
    if table.notes:
        lines += ["", *(f"* {note}" for note in table.notes)]
    return "\n".join(lines) + "\n"


def _row(texts: Sequence[str]) -> str:
    return f"| {' | '.join(texts)} |"
