"""Screenshots as PNG files that tell by their names what they show."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy.typing as npt

from anime4k.errors import OutputError
from anime4k.media.images import write_image
from anime4k.player.files.naming import DEFAULT_TEMPLATE, Moment, new_name


def save(folder: Path, pixels: npt.NDArray[Any], moment: Moment, template: str = DEFAULT_TEMPLATE) -> Path:
    """Write `pixels`, (height, width, 3) of uint8, under a new name and return its path.

    Args:
        folder: made when it does not exist.
        pixels: the picture.
        moment: what it shows.
        template: how it is named, see `anime4k.player.files.naming`.

    Raises:
        OutputError: the folder cannot be made or written.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / new_name(template, moment, [entry.name for entry in folder.iterdir()])
    except OSError as error:
        raise OutputError(f"{folder}: no screenshot can be written there ({error.strerror}); "
                          "choose another folder with --screenshot-dir") from error
    write_image(path, pixels)
    return path
