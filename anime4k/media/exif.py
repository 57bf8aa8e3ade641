"""The orientation tag of EXIF data in JPEG, PNG, WebP and TIFF files.

FFmpeg turns it into a display matrix, but PyAV shows only its angle, which is not enough for mirrored pictures.
"""

from __future__ import annotations

import struct
from pathlib import Path

_HEAD_BYTES = 1 << 20
_ORIENTATION = 0x0112
_MAX_ENTRIES = 512


def orientation(path: Path) -> int:
    """EXIF orientation 1 to 8 of a picture file, 0 when it has none that can be read."""
    try:
        with open(path, "rb") as file:
            head = file.read(_HEAD_BYTES)
    except OSError:
        return 0
    if head[:3] == b"\xff\xd8\xff":
        return _tiff_orientation(_after(head, b"Exif\0\0"))
    if head[:8] == b"\x89PNG\r\n\x1a\n":
        return _tiff_orientation(_after(head, b"eXIf"))
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        data = _after(head, b"EXIF")[4:]
        return _tiff_orientation(data.removeprefix(b"Exif\0\0"))
    return _tiff_orientation(head) if head[:4] in (b"II*\0", b"MM\0*") else 0


def _after(data: bytes, marker: bytes) -> bytes:
    at = data.find(marker)
    return b"" if at < 0 else data[at + len(marker) :]


def _tiff_orientation(data: bytes) -> int:
    order = {b"II*\0": "<", b"MM\0*": ">"}.get(data[:4])
    if order is None or len(data) < 8:
        return 0
    (offset,) = struct.unpack_from(order + "I", data, 4)
    if offset + 2 > len(data):
        return 0
    (count,) = struct.unpack_from(order + "H", data, offset)
    for entry in range(min(count, _MAX_ENTRIES)):
        at = offset + 2 + 12 * entry
        if at + 12 > len(data):
            return 0
        tag, kind, _, value = struct.unpack_from(order + "HHIH", data, at)
        if tag == _ORIENTATION:
            return value if kind == 3 and 1 <= value <= 8 else 0
    return 0
