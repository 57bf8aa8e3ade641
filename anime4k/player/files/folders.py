"""The mode that the user wants for a folder: one show, one mode. It holds for that folder only, not for those inside.
"""

from __future__ import annotations

import os
from pathlib import Path

from anime4k.player.files.store import read_table, with_row, write_table

FILE_NAME = "folders.json"
MOST_FOLDERS = 1000


def folder_of(file: str) -> str:
    """The folder of a file, spelled in one way only."""
    return os.path.dirname(os.path.realpath(file))


def saved_mode(state: Path, file: str) -> tuple[str, str]:
    """The mode for the folder of `file`, empty = none; and a sentence when the table is damaged, otherwise "".

    The name may be one that no mode has any more: `anime4k.modes.table.find_mode` says so.
    """
    table = read_table(state / FILE_NAME)
    mode = table.rows.get(folder_of(file), {}).get("mode")
    return (mode if isinstance(mode, str) else ""), table.problem


def save_mode(state: Path, file: str, mode: str | None) -> None:
    """Use `mode` for the folder of `file` from now on, None = nothing special any more.

    Raises:
        OutputError: the table cannot be written.
    """
    rows = read_table(state / FILE_NAME).rows
    row = None if mode is None else {"mode": mode}
    write_table(state / FILE_NAME, with_row(rows, folder_of(file), row, MOST_FOLDERS))
