"""Where a file goes: refusing bad destinations early, naming finished files, wording failures."""

from __future__ import annotations

import errno
import os
import secrets
from pathlib import Path

from anime4k.errors import OutputError, UsageError


def check_destination(path: Path, source: Path | None, *, overwrite: bool) -> None:
    """Refuse to write `path` before any work is done.

    Raises:
        UsageError: it exists and must not be replaced, is a folder, or is the source itself.
        OutputError: its folder does not exist or cannot be written.
    """
    if source is not None and path.exists() and source.exists() and path.samefile(source):
        raise UsageError(f"{path} is the input itself; choose another name for the output")
    if path.is_dir():
        raise UsageError(f"{path} is a folder; name a file in it")
    if path.exists() and not overwrite:
        raise UsageError(f"{path} exists already; choose another name, or replace it with -y")
    if not path.parent.is_dir():
        raise OutputError(f"the folder {path.parent} does not exist; create it first")
    if not os.access(path.parent, os.W_OK):
        raise OutputError(f"{path.parent} cannot be written to; choose another folder or change its permissions")


def give_name(temporary: Path, path: Path, *, overwrite: bool) -> None:
    """Rename a finished file in one step; without `overwrite` never over another one.

    Raises:
        OutputError: a file of that name has appeared in the meantime.
        OSError: the rename failed.
    """
    if overwrite:
        os.replace(temporary, path)
        return
    try:
        os.link(temporary, path)
    except FileExistsError:
        raise OutputError(f"{path} has been created by something else in the meantime; nothing is replaced") from None
    except OSError:
        # File systems without links.
        if path.exists():
            raise OutputError(f"{path} has been created by something else in the meantime") from None
        os.rename(temporary, path)
        return
    temporary.unlink()


def temporary_name(path: Path) -> Path:
    """A hidden name beside `path` with the same extension, for a file in the making."""
    return path.with_name(f".{path.stem}.part-{secrets.token_hex(4)}{path.suffix}")


def sync(path: Path) -> None:
    """Have the content of a file on the disk before it gets its name."""
    descriptor = os.open(path, os.O_RDWR)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def output_error(path: Path, error: Exception) -> OutputError:
    """The failure to write `path` in words."""
    if isinstance(error, OutputError):
        return error
    number = getattr(error, "errno", None)
    if number in (errno.ENOSPC, errno.EDQUOT):
        return OutputError(f"{path} cannot be written: the disk is full; free some space or choose another disk")
    if number == errno.EFBIG:
        return OutputError(f"{path} cannot be written: it is too large for the file system or its limits")
    reason = getattr(error, "strerror", None) or str(error)
    return OutputError(f"{path} cannot be written ({reason})")
