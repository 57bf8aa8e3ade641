"""A TrueType font made from nothing, in which every printable ASCII character is a black block.

No other font draws like it, so a picture shows whether it was used.
"""

from __future__ import annotations

import struct

UNITS = 1000
ADVANCE = 600
BOX = (50, 0, 550, 700)
"""Left, bottom, right and top of every block, in units of 1/1000 of the font size."""
FIRST, LAST = 0x21, 0x7E


def build(family: str = "Tests Blocks") -> bytes:
    """The font file."""
    glyph = _block()
    tables = {
        b"OS/2": _os2(),
        b"cmap": _cmap(),
        b"glyf": glyph,
        b"head": struct.pack(
            ">IIIIHHQQhhhhHHhhh",
            0x10000, 0x10000, 0, 0x5F0F3CF5, 0, UNITS, 0, 0, *BOX, 0, 8, 2, 1, 0,
        ),
        b"hhea": struct.pack(">I3hH11hH", 0x10000, 800, -200, 0, ADVANCE, 50, 50, 550, 1, *[0] * 7, 3),
        b"hmtx": struct.pack(">Hh", ADVANCE, BOX[0]) * 3,
        b"loca": struct.pack(">4I", 0, 0, 0, len(glyph)),  # glyph 0 (missing) and 1 (space) are empty, 2 is the block
        b"maxp": struct.pack(">I14H", 0x10000, 3, 4, 1, 0, 0, 2, *[0] * 8),
        b"name": _name(family),
        b"post": struct.pack(">IIhhI4I", 0x30000, 0, 0, 0, 1, 0, 0, 0, 0),
    }  # fmt: skip
    offset = 12 + 16 * len(tables)
    directory, body = b"", b""
    for tag, data in tables.items():
        directory += struct.pack(">4sIII", tag, _checksum(data), offset + len(body), len(data))
        body += data + bytes(-len(data) % 4)
    font = bytearray(struct.pack(">IHHHH", 0x10000, len(tables), 128, 3, 16 * len(tables) - 128) + directory + body)
    head = offset + sum(len(d) + -len(d) % 4 for t, d in tables.items() if t < b"head")
    struct.pack_into(">I", font, head + 8, (0xB1B0AFBA - _checksum(bytes(font))) & 0xFFFFFFFF)
    return bytes(font)


def _checksum(data: bytes) -> int:
    padded = data + bytes(-len(data) % 4)
    return sum(struct.unpack(f">{len(padded) // 4}I", padded)) & 0xFFFFFFFF


def _block() -> bytes:
    left, bottom, right, top = BOX
    corners = ((left, bottom), (left, top), (right, top), (right, bottom))
    across = struct.pack(">4h", *(b - a for a, b in zip((0, *[c[0] for c in corners]), [c[0] for c in corners])))  # noqa: B905
    upward = struct.pack(">4h", *(b - a for a, b in zip((0, *[c[1] for c in corners]), [c[1] for c in corners])))  # noqa: B905
    return struct.pack(">hhhhhHH", 1, *BOX, 3, 0) + b"\x01" * 4 + across + upward + b"\0\0"


def _cmap() -> bytes:
    """Format 4: the space is glyph 1, every other printable character glyph 2, through an array of glyph numbers."""
    count = LAST - 0x20 + 1
    numbers = struct.pack(f">{count}H", 1, *[2] * (count - 1))
    segments = struct.pack(">2H H 2H 2h 2H", LAST, 0xFFFF, 0, 0x20, 0xFFFF, 0, 1, 4, 0)
    table = struct.pack(">HHHHHHH", 4, 14 + len(segments) + len(numbers), 0, 4, 4, 1, 0) + segments + numbers
    return struct.pack(">HHHHI", 0, 1, 3, 1, 12) + table


def _os2() -> bytes:
    start = struct.pack(">HhHHH10h", 4, ADVANCE, 400, 5, 0, 650, 600, 0, 75, 650, 600, 0, 350, 50, 300)
    middle = struct.pack(">h10s4I4s", 0, bytes(10), 1, 0, 0, 0, b"TEST")
    rest = struct.pack(">HHHhhhHHII", 0x40, 0x20, LAST, 800, -200, 0, 800, 200, 1, 0)
    return start + middle + rest + struct.pack(">hhHHH", 500, 700, 0, 0x20, 1)


def _name(family: str) -> bytes:
    texts = {1: family, 2: "Regular", 3: f"{family} 1", 4: family, 5: "Version 1", 6: family.replace(" ", "")}
    records, strings = b"", b""
    for number, text in texts.items():
        data = text.encode("utf-16-be")
        records += struct.pack(">6H", 3, 1, 0x409, number, len(data), len(strings))
        strings += data
    return struct.pack(">HHH", 0, len(texts), 6 + len(records)) + records + strings
