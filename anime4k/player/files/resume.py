"""Where the user left a file, and with which tracks, delays and mode.

A file is known by its absolute path, size and time of change, as one hash: another file under the same name starts
from the beginning, and the table does not tell what was watched.
"""

from __future__ import annotations

import hashlib
import math
import os
from dataclasses import asdict, dataclass
from pathlib import Path

from anime4k.player.files.store import Row, read_table, with_row, write_table

FILE_NAME = "positions.json"
MOST_FILES = 1000
"""Files whose position is kept."""
BEGINNING_S = 5.0
"""Who leaves this early has not begun to watch."""
END_PART = 0.97
"""From here on (parts of the duration) only the credits are left: the next start is at the beginning."""

_LONGEST_TEXT = 64


@dataclass(frozen=True, kw_only=True)
class Remembered:
    """How a file was left.

    Attributes:
        position: seconds from the beginning of the file.
        audio: number of the sound track, None = none.
        subtitles: number of the subtitle track, None = none.
        secondary: number of the second one, None = none.
        audio_delay: seconds by which sound comes later.
        subtitle_delay: seconds by which subtitles come later.
        mode: name of the mode; empty = none was chosen for this file.
        tracks_chosen: whether the user chose the tracks; otherwise the numbers mean nothing.
    """

    position: float
    audio: int | None = None
    subtitles: int | None = None
    secondary: int | None = None
    audio_delay: float = 0.0
    subtitle_delay: float = 0.0
    mode: str = ""
    tracks_chosen: bool = False


def worth_remembering(position: float, duration: float | None) -> bool:
    """Whether leaving at `position` means that the user will go on from there."""
    if not math.isfinite(position) or position < BEGINNING_S:
        return False
    return duration is None or position < END_PART * duration


def recall(folder: Path, file: str) -> tuple[Remembered | None, str]:
    """How `file` was left.

    Args:
        folder: of the state files, see `anime4k.player.files.places`.
        file: path of the video.

    Returns:
        What is known, None = nothing; and a sentence when the table is damaged or unreadable, otherwise "".
    """
    name = _name(file)
    if name is None:
        return None, ""
    table = read_table(folder / FILE_NAME)
    row = table.rows.get(name)
    return (_read(row) if row is not None else None), table.problem


def remember(folder: Path, file: str, left: Remembered) -> None:
    """Keep how `file` was left; files that cannot be known again (streams, vanished ones) are passed over.

    Raises:
        OutputError: the table cannot be written.
    """
    _change(folder, file, asdict(left) if math.isfinite(left.position) else None)


def forget(folder: Path, file: str) -> None:
    """Start at the beginning next time.

    Raises:
        OutputError: the table cannot be written.
    """
    _change(folder, file, None)


def _change(folder: Path, file: str, row: Row | None) -> None:
    name = _name(file)
    if name is None:
        return
    rows = read_table(folder / FILE_NAME).rows
    if row is not None or name in rows:
        write_table(folder / FILE_NAME, with_row(rows, name, row, MOST_FILES))


def _name(file: str) -> str | None:
    try:
        status = os.stat(file)
    except (OSError, ValueError):
        return None
    text = f"{os.path.realpath(file)}\0{status.st_size}\0{status.st_mtime_ns}"
    return hashlib.sha256(text.encode("utf-8", "surrogateescape")).hexdigest()[:32]


def _read(row: Row) -> Remembered | None:
    """What a row says; values of a wrong type are as if they were not there."""
    position = _number(row.get("position"))
    if position is None or position < 0.0:
        return None
    mode = row.get("mode")
    return Remembered(
        position=position,
        audio=_track(row.get("audio")),
        subtitles=_track(row.get("subtitles")),
        secondary=_track(row.get("secondary")),
        audio_delay=_number(row.get("audio_delay")) or 0.0,
        subtitle_delay=_number(row.get("subtitle_delay")) or 0.0,
        mode=mode if isinstance(mode, str) and len(mode) <= _LONGEST_TEXT else "",
        tracks_chosen=row.get("tracks_chosen") is True,
    )


def _number(value: object) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | float) or abs(value) > 1e9:
        return None
    return float(value) if math.isfinite(value) else None


def _track(value: object) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) and 0 < value < 10_000 else None
