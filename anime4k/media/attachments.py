"""Fonts inside Matroska files, read without a demuxer: their sizes are known before they are loaded.

Element numbers are those of RFC 8794 (EBML) and RFC 9559 (Matroska).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Final

MAX_FONT: Final = 64 << 20
"""Larger attached fonts are left out, in bytes."""
MAX_FONTS: Final = 256 << 20
"""All fonts of a file together, in bytes."""
LARGE: Final = 4 << 20
"""More attached bytes than this are kept from the demuxer, which would load them for everybody who opens the file."""
UNKNOWN_IDENTITY: Final = bytes.fromhex("1941A468")
"""What the demuxer is to read in place of the identity of attachments: nothing it knows, so it passes over it."""
_MAX_HEADER: Final = 1 << 16
_MAX_ELEMENTS: Final = 20_000
_EBML, _SEGMENT, _CLUSTER = 0x1A45DFA3, 0x18538067, 0x1F43B675
_SEEK_HEAD, _SEEK, _SEEK_ID, _SEEK_POSITION = 0x114D9B74, 0x4DBB, 0x53AB, 0x53AC
_ATTACHMENTS, _ATTACHED_FILE, _NAME, _MIME, _DATA = 0x1941A469, 0x61A7, 0x466E, 0x4660, 0x465C
_FONT_NAMES: Final = (".ttf", ".otf", ".ttc", ".otc", ".pfb", ".woff", ".woff2")
_FONT_STARTS: Final = (b"\0\1\0\0", b"OTTO", b"ttcf", b"true", b"wOFF", b"wOF2")


@dataclass(frozen=True)
class Font:
    """A font file.

    Attributes:
        name: the file name it was attached with.
        data: the whole font file.
    """

    name: str
    data: bytes


@dataclass(frozen=True)
class _Element:
    identity: int
    place: int
    start: int
    end: int


def attached_fonts(path: Path) -> tuple[list[Font], list[str]]:
    """The fonts attached to a Matroska file, and what had to be left out, each a sentence.

    A file of another kind has none; damage ends the list.
    """
    fonts: list[Font] = []
    notes: list[str] = []
    total = 0
    try:
        with open(path, "rb") as file:
            for name, mime, data in _attachments(file):
                size = data.end - data.start
                file.seek(data.start)
                if not _is_font(name, mime, file.read(4)):
                    continue
                if size > MAX_FONT or total + size > MAX_FONTS:
                    notes.append(
                        f"{path.name}: the attached font {name} is left out because it has {size >> 20} MB; "
                        "its text is drawn in another font"
                    )
                    continue
                file.seek(data.start)
                content = file.read(size)
                if len(content) < size:
                    notes.append(f"{path.name}: the attached font {name} is cut short and left out")
                    continue
                total += size
                fonts.append(Font(name, content))
    except (OSError, ValueError):
        pass
    return fonts, notes


def _is_font(name: str, mime: str, start: bytes) -> bool:
    return start in _FONT_STARTS or "font" in mime or name.lower().endswith(_FONT_NAMES)


def large_attachments(file: BinaryIO) -> tuple[int, ...]:
    """Where the identities of the elements begin that hold many bytes of attachments; the file position changes."""
    try:
        return tuple(element.place for element in _elements(file) if element.end - element.start > LARGE)
    except (OSError, ValueError):
        return ()


def _attachments(file: BinaryIO) -> Iterator[tuple[str, str, _Element]]:
    for element in _elements(file):
        for attached in _children(file, element):
            if attached.identity == _ATTACHED_FILE:
                parts = {part.identity: part for part in _children(file, attached)}
                if _DATA in parts:
                    yield _text(file, parts.get(_NAME)), _text(file, parts.get(_MIME)), parts[_DATA]


def _elements(file: BinaryIO) -> Iterator[_Element]:
    length = file.seek(0, 2)
    top = _children(file, _Element(0, 0, 0, length))
    if (first := next(top, None)) is None or first.identity != _EBML:
        return
    segment = next((element for element in top if element.identity == _SEGMENT), None)
    if segment is None:
        return
    for place in dict.fromkeys(_places(file, segment)):
        element = _element(file, place, segment.end)
        if element is not None and element.identity == _ATTACHMENTS:
            yield element


def _places(file: BinaryIO, segment: _Element) -> Iterator[int]:
    """Where attachments begin: those before the pictures, and those that the table of contents names."""
    for element in _children(file, segment):
        if element.identity == _CLUSTER:
            return
        if element.identity == _ATTACHMENTS:
            yield element.place
        if element.identity == _SEEK_HEAD:
            for seek in _children(file, element):
                parts = {part.identity: part for part in _children(file, seek)} if seek.identity == _SEEK else {}
                if _SEEK_ID in parts and _number(file, parts[_SEEK_ID]) == _ATTACHMENTS and _SEEK_POSITION in parts:
                    yield segment.start + _number(file, parts[_SEEK_POSITION])


def _children(file: BinaryIO, parent: _Element) -> Iterator[_Element]:
    place = parent.start
    for _ in range(_MAX_ELEMENTS):
        element = _element(file, place, parent.end)
        if element is None:
            return
        yield element
        place = element.end


def _element(file: BinaryIO, place: int, limit: int) -> _Element | None:
    """The element that begins at `place`; one of unknown length ends with its parent."""
    if place < 0 or place + 2 > limit:
        return None
    file.seek(place)
    head = file.read(12)
    if not head:
        return None
    width = 9 - head[0].bit_length()
    if width > 4 or len(head) <= width:
        return None
    identity = int.from_bytes(head[:width], "big")
    first = head[width]
    size_width = 9 - first.bit_length()
    if size_width > 8 or len(head) < width + size_width:
        return None
    size = int.from_bytes(head[width : width + size_width], "big") - (1 << 7 * size_width)
    start = place + width + size_width
    unknown = size == (1 << 7 * size_width) - 1
    return _Element(identity, place, start, limit if unknown else min(start + size, limit))


def _number(file: BinaryIO, element: _Element) -> int:
    file.seek(element.start)
    return int.from_bytes(file.read(min(element.end - element.start, 8)), "big")


def _text(file: BinaryIO, element: _Element | None) -> str:
    if element is None:
        return ""
    file.seek(element.start)
    text = file.read(min(element.end - element.start, _MAX_HEADER)).decode("utf-8", "replace").rstrip("\0")
    return "".join(letter for letter in text if letter.isprintable())
