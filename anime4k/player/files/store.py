"""A small table on disk that the player remembers things in: bounded, written in one step, tolerant of damage."""

from __future__ import annotations

import json
import os
import secrets
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from anime4k.errors import OutputError

LARGEST_FILE = 16 * 1024 * 1024
"""Bytes; no table that was written here comes near."""

Row = Mapping[str, object]


@dataclass(frozen=True)
class Table:
    """What a file held.

    Attributes:
        rows: the rows by their names, the newest last.
        problem: a sentence about a file that could not be used; it counts as empty then.
    """

    rows: Mapping[str, Row] = field(default_factory=dict)
    problem: str = ""


def read_table(path: Path) -> Table:
    """The table in `path`; a file that does not exist is an empty table, rows of a wrong shape are left out."""
    try:
        with path.open("rb") as file:
            data = file.read(LARGEST_FILE + 1)
    except FileNotFoundError:
        return Table()
    except OSError as error:
        return Table(problem=f"{path} cannot be read ({error.strerror}), so nothing is remembered; "
                             "check its permissions")
    try:
        if len(data) > LARGEST_FILE:
            raise ValueError("too large")
        content = json.loads(data)
        rows = content["rows"]
        return Table({str(name): row for name, row in rows.items() if isinstance(row, dict)})
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return Table(problem=f"{path} is damaged and counts as empty; it is written anew with the next change")


def with_row(rows: Mapping[str, Row], name: str, row: Row | None, limit: int) -> dict[str, Row]:
    """`rows` with `row` as the newest one, None = without it; the oldest ones go when there are more than `limit`."""
    kept = {key: value for key, value in rows.items() if key != name}
    if row is not None:
        kept[name] = row
    return dict(list(kept.items())[-limit:])


def write_table(path: Path, rows: Mapping[str, Row]) -> None:
    """Replace the file by `rows` in one step: whoever reads sees the old table or the new one.

    Raises:
        OutputError: it cannot be written; the old file stays.
    """
    text = json.dumps({"version": 1, "rows": rows}, ensure_ascii=True, indent=1, allow_nan=False)
    temporary = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        temporary.write_text(text, encoding="ascii")
        os.replace(temporary, path)
    except OSError as error:
        with suppress(OSError):
            temporary.unlink()
        raise OutputError(f"{path} cannot be written ({error.strerror}), so nothing is remembered; "
                          "check its permissions and the space on the disk") from error
