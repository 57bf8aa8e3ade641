"""Screenshots as numbered PNG files."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import numpy.typing as npt

from anime4k.errors import OutputError
from anime4k.media.images import write_image

_NAME = re.compile(r"anime4k-shot(\d{4,9})\.png\Z")


def next_name(folder: Path) -> Path:
    """The first name of the series that no file has and that follows all existing ones."""
    taken = (int(match[1]) for entry in folder.iterdir() if (match := _NAME.match(entry.name)))
    return folder / f"anime4k-shot{max(taken, default=0) + 1:04}.png"


def save(folder: Path, pixels: npt.NDArray[Any]) -> Path:
    """Write `pixels`, (height, width, 3) of uint8, as the next screenshot and return its path.

    Raises:
        OutputError: the folder cannot be made or written.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        path = next_name(folder)
    except OSError as error:
        raise OutputError(f"{folder}: no screenshot can be written there ({error.strerror}); "
                          "choose another folder with --screenshot-dir") from error
    write_image(path, pixels)
    return path
