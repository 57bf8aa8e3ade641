"""Telling whether a file, and what decodes and encodes it, is still what it was."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

import av

from anime4k.errors import MediaError

_EDGE_BYTES = 1 << 20


def file_fingerprint(path: Path) -> dict[str, str]:
    """Place, size, time of the last change, and a hash of the first and last MiB of a file, each as text.

    Raises:
        MediaError: it cannot be read.
    """
    digest = hashlib.sha256()
    try:
        with open(path, "rb") as file:
            status = os.fstat(file.fileno())
            digest.update(file.read(_EDGE_BYTES))
            file.seek(max(_EDGE_BYTES, status.st_size - _EDGE_BYTES))
            digest.update(file.read(_EDGE_BYTES))
    except OSError as error:
        raise MediaError(f"{path} cannot be read ({error.strerror}); --resume needs an ordinary file") from error
    return {
        "the input": str(path.resolve()),
        "the size of the input": str(status.st_size),
        "the date of the input": str(status.st_mtime_ns),
        "the content of the input": digest.hexdigest(),
    }


def codec_version() -> str:
    """The versions of what decodes and encodes."""
    return f"{av.__version__} with libavcodec {'.'.join(map(str, av.library_versions['libavcodec']))}"
