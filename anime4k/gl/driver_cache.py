"""The folder in which Mesa keeps compiled shaders: on a full disk, using it would end the process."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

_NEEDED = 16 << 20
"""Bytes; the driver writes an index of more than one megabyte first, and trusts that there is room."""
SWITCH = "MESA_SHADER_CACHE_DISABLE"


def spare_full_disk() -> str:
    """Have the driver keep nothing when there is no room; to be called before there is a context.

    Returns:
        A sentence about it without a final stop, empty = there is room.
    """
    if os.name != "posix" or SWITCH in os.environ:
        return ""
    folder = _folder()
    try:
        free = shutil.disk_usage(next(place for place in (folder, *folder.parents) if place.is_dir())).free
    except (OSError, StopIteration):
        return ""
    if free >= _NEEDED:
        return ""
    os.environ[SWITCH] = "true"
    return f"the disk of {folder} is full, so compiled shaders are not kept and modes take longer to begin"


def _folder() -> Path:
    if named := os.environ.get("MESA_SHADER_CACHE_DIR"):
        return Path(named)
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
