"""Files of trained numbers: `.npz` archives with plain arrays, and one JSON text for everything else.

Nothing in such a file is ever executed.
"""

from __future__ import annotations

import contextlib
import json
import os
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np

from anime4k.errors import MediaError, OutputError, UsageError

_TEXT = "text"

_MOST_BYTES = 64 << 20
"""A file that unpacks to more than this is none of ours."""


def save(path: Path, what: str, about: Mapping[str, Any], arrays: Mapping[str, Any], *, packed: bool = False) -> None:
    """Write a file; the same contents give the same bytes.

    Args:
        path: of the file.
        what: one word for messages, such as "network".
        about: what JSON can hold.
        arrays: by name.
        packed: whether the arrays are compressed.

    Raises:
        OutputError: the file cannot be written; what was there before is still there.
        UsageError: `about` is no JSON.
    """
    try:
        text = json.dumps(about, indent=1, allow_nan=False)
    except (TypeError, ValueError) as error:
        raise UsageError(f"the record of the {what} for {path} cannot be written as JSON: {error}") from None
    contents = {_TEXT: np.frombuffer(text.encode(), np.uint8), **arrays}
    partial = path.with_name(path.name + ".part")
    try:
        with open(partial, "wb") as file:
            (np.savez_compressed if packed else np.savez)(file, **contents)
        os.replace(partial, path)
    except OSError as error:
        partial.unlink(missing_ok=True)
        raise OutputError(f"the {what} cannot be written to {path}: {error.strerror or error}") from None


@contextlib.contextmanager
def opened(path: Path, what: str, version: int) -> Iterator[tuple[dict[str, Any], dict[str, Any]]]:
    """What `save` wrote: what it is about, and the arrays by name.

    Whatever goes wrong while the contents are looked at means that the file is none of ours.

    Raises:
        MediaError: there is no such file, it is damaged, or its `about["version"]` is another one.
    """
    try:
        with zipfile.ZipFile(path) as members:
            if sum(member.file_size for member in members.infolist()) > _MOST_BYTES:
                raise ValueError("it is too large")
        with np.load(path, allow_pickle=False) as archive:
            arrays = {name: archive[name] for name in archive.files}
        about = json.loads(arrays.pop(_TEXT).tobytes().decode())
        if about["version"] != version:
            raise MediaError(f"{path} has version {about['version']!r}, this program reads {version}; update it")
        yield about, arrays
    except MediaError:
        raise
    except OSError as error:
        raise MediaError(f"the {what} {path} cannot be read: {error.strerror or error}") from None
    except (
        ArithmeticError, AttributeError, EOFError, LookupError, MemoryError, RuntimeError, TypeError, ValueError,
        zipfile.BadZipFile, zlib.error,
    ) as error:  # fmt: skip
        raise MediaError(f"{path} is damaged or no {what} of ours: {error}") from None
