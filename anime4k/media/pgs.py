"""Picture subtitles of Blu-ray discs (PGS): segments of display sets, from containers and from .sup files.

Layout: the public description of the presentation graphics stream (US 2009/0185789 A1).
"""

from __future__ import annotations

import math
import re
import struct
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO, Final

import numpy as np

from anime4k.errors import MediaError
from anime4k.media.bitmap_event import BitmapEvent, Bytes, Part, coloured, is_time

_PALETTE: Final = 0x14
_OBJECT: Final = 0x15
_COMPOSITION: Final = 0x16
_WINDOWS: Final = 0x17
_END: Final = 0x80
_TYPES: Final = (_PALETTE, _OBJECT, _COMPOSITION, _WINDOWS, _END)
_EPOCH_START: Final = 0x80
_CROPPED: Final = 0x80
_FORCED: Final = 0x40

_HD_LINES: Final = 576
"""Canvases with more lines are coloured with BT.709, others with BT.601."""
_MAX_PIXELS: Final = 4096 * 2304
_MAX_KEPT: Final = 64 << 20
"""Bytes of compressed objects kept in an epoch; the buffer of a disc player has 4 MiB."""

_MAX_SETS: Final = 8
"""Display sets of a packet that are looked at; packets hold one or a part of one."""

_RUN = re.compile(
    rb"([^\0]+)|\0(?:(\0)|([\x01-\x3f])|([\x40-\x7f])(.)|([\x80-\xbf])(.)|([\xc0-\xff])(.)(.))", re.DOTALL
)
"""Pixels as they are; or after a zero: end of line, short or long run of colour 0, short or long run of a colour."""


class _Damage(Exception):
    """A segment is not what it should be; caught in this module."""


@dataclass(eq=False)
class _Object:
    """A picture being put together from its segments.

    Attributes:
        size: (width, height).
        length: bytes of compressed data that belong to it.
        data: those that have come so far.
        indices: (height, width), once decoded.
    """

    size: tuple[int, int]
    length: int
    data: bytearray
    indices: Bytes | None = None


@dataclass(frozen=True)
class _Placed:
    """An object on the canvas; `crop` is (x, y, width, height) inside of it."""

    number: int
    x: int
    y: int
    crop: tuple[int, int, int, int] | None
    forced: bool


@dataclass
class _Composition:
    """What one display set shows."""

    time: float
    canvas: tuple[int, int]
    palette: int
    placed: list[_Placed] = field(default_factory=list)
    broken: bool = False


class PgsDecoder:
    """Decodes the packets of a PGS track; packets may hold whole display sets or single segments."""

    def __init__(self) -> None:
        self.damaged = 0
        self._objects: dict[int, _Object] = {}
        self._palettes: dict[int, Bytes] = {}
        self._composition: _Composition | None = None

    def reset(self) -> None:
        """Forget what packets brought."""
        self._objects.clear()
        self._palettes.clear()
        self._composition = None

    def feed(self, data: bytes, time: float, duration: float = 0.0) -> list[BitmapEvent]:
        """See `BitmapDecoder`; the container's durations are not needed, as display sets end one another."""
        events: list[BitmapEvent] = []
        at = 0
        while at < len(data) and len(events) < _MAX_SETS:
            kind, size = struct.unpack_from(">BH", data, at) if at + 3 <= len(data) else (0, 0)
            body = data[at + 3 : at + 3 + size]
            if kind not in _TYPES or len(body) < size:
                self._break()
                break
            at += 3 + size
            try:
                events += self._segment(kind, body, time)
            except (_Damage, struct.error):
                self._break()
        return events

    def flush(self) -> list[BitmapEvent]:
        """The last display set if its end is missing."""
        return self._finish()

    def _segment(self, kind: int, body: bytes, time: float) -> list[BitmapEvent]:
        events: list[BitmapEvent] = []
        if kind == _COMPOSITION:
            events = self._finish()
            self._composition = self._compose(body, time)
        elif kind == _PALETTE:
            self._set_palette(body)
        elif kind == _OBJECT:
            self._add_object(body)
        elif kind == _END:
            events = self._finish()
        return events

    def _break(self) -> None:
        if self._composition is None:
            self.damaged += 1
        else:
            self._composition.broken = True

    def _compose(self, body: bytes, time: float) -> _Composition:
        if len(body) < 11:
            return _Composition(time, (1, 1), 0, broken=True)
        width, height, _, _, state, _, palette, count = struct.unpack_from(">HHBHBBBB", body)
        if state == _EPOCH_START:
            self._objects.clear()
            self._palettes.clear()
        composition = _Composition(time, (width, height), palette)
        if not width or not height or not is_time(time):
            composition.broken = True
            return composition
        at = 11
        for _ in range(count):
            try:
                number, _, flags, x, y = struct.unpack_from(">HBBHH", body, at)
                at += 8
                crop = None
                if flags & _CROPPED:
                    crop = struct.unpack_from(">HHHH", body, at)
                    at += 8
            except struct.error:
                composition.broken = True
                break
            composition.placed.append(_Placed(number, x, y, crop, bool(flags & _FORCED)))
        return composition

    def _set_palette(self, body: bytes) -> None:
        if len(body) < 2 or (len(body) - 2) % 5:
            raise _Damage
        # Y, Cr, Cb, alpha of each entry; an update leaves the others as they are.
        table = self._palettes.get(body[0], np.zeros((256, 4), np.uint8)).copy()
        entries = np.frombuffer(body, np.uint8, offset=2).reshape(-1, 5)
        table[entries[:, 0]] = entries[:, 1:]
        self._palettes[body[0]] = table

    def _add_object(self, body: bytes) -> None:
        number, _, sequence = struct.unpack_from(">HBB", body)
        if sequence & 0x80:
            self._objects.pop(number, None)
            length = int.from_bytes(body[4:7], "big") - 4
            width, height = struct.unpack_from(">HH", body, 7)
            if length < 0 or not 0 < width * height <= _MAX_PIXELS:
                raise _Damage
            if sum(len(other.data) for other in self._objects.values()) + length > _MAX_KEPT:
                raise _Damage
            self._objects[number] = _Object((width, height), length, bytearray(body[11:]))
        elif number in self._objects:
            self._objects[number].data += body[4:]
        else:
            raise _Damage
        if len(self._objects[number].data) > self._objects[number].length:
            del self._objects[number]
            raise _Damage

    def _finish(self) -> list[BitmapEvent]:
        composition, self._composition = self._composition, None
        if composition is None:
            return []
        parts: tuple[Part, ...] = ()
        if not composition.broken:
            try:
                parts = tuple(self._parts(composition))
            except _Damage:
                composition.broken = True
        if composition.broken:
            self.damaged += 1
            if not is_time(composition.time):
                return []
        forced = bool(composition.placed) and all(placed.forced for placed in composition.placed)
        return [BitmapEvent(composition.time, math.inf, parts, composition.canvas, forced)]

    def _parts(self, composition: _Composition) -> Iterator[Part]:
        if not composition.placed:
            return
        palette = self._palettes.get(composition.palette)
        if palette is None:
            raise _Damage
        table = _premultiplied(palette, hd=composition.canvas[1] > _HD_LINES)
        shown = [self._objects.get(placed.number) for placed in composition.placed]
        if sum(math.prod(thing.size) for thing in shown if thing is not None) > _MAX_PIXELS:
            raise _Damage
        for other in self._objects.values():
            if other not in shown:
                other.indices = None
        for placed, thing in zip(composition.placed, shown, strict=True):
            if thing is None:
                raise _Damage
            if thing.indices is None:
                thing.indices = _decoded(thing)
            indices = thing.indices
            if placed.crop is not None:
                x, y, width, height = placed.crop
                indices = indices[y : y + height, x : x + width]
            if indices.size and (part := coloured(placed.x, placed.y, indices, table)) is not None:
                yield part


def _decoded(thing: _Object) -> Bytes:
    """Undo the run-length coding; every line ends with a mark, short ones are filled with colour 0."""
    if len(thing.data) < thing.length:
        raise _Damage
    width, height = thing.size
    data, at, lines = bytes(thing.data), 0, 0
    pixels = bytearray()
    while at < len(data) and lines < height:
        match = _RUN.match(data, at)
        if match is None:
            raise _Damage
        at = match.end()
        kind = match.lastindex
        if kind == 1:
            pixels += match[1]
        elif kind == 2:
            lines += 1
            pixels += bytes(lines * width - len(pixels))
        else:
            pixels += _run(match)
        if len(pixels) > min(lines + 1, height) * width:
            raise _Damage
    # Some writers leave out the mark of the last line.
    if len(pixels) != width * height:
        raise _Damage
    return np.frombuffer(bytes(pixels), np.uint8).reshape(height, width)


def _run(match: re.Match[bytes]) -> bytes:
    kind = match.lastindex
    if kind == 3:
        return bytes(match[3][0])
    if kind == 5:
        return bytes((match[4][0] & 0x3F) << 8 | match[5][0])
    if kind == 7:
        return match[7] * (match[6][0] & 0x3F)
    return match[10] * ((match[8][0] & 0x3F) << 8 | match[9][0])


def _premultiplied(palette: Bytes, *, hd: bool) -> Bytes:
    """(256, 4) of RGBA from Y, Cr, Cb, alpha of limited range; matrices of BT.709 and BT.601."""
    red, blue = (0.2126, 0.0722) if hd else (0.299, 0.114)
    values = palette.astype(np.float64)
    luma = (values[:, 0] - 16) / 219
    cr, cb = ((values[:, column] - 128) / 112 for column in (1, 2))
    r = luma + (1 - red) * cr
    b = luma + (1 - blue) * cb
    g = (luma - red * r - blue * b) / (1 - red - blue)
    colours = np.clip(np.stack([r, g, b], axis=1), 0, 1) * values[:, 3:]
    return np.concatenate([np.round(colours), values[:, 3:]], axis=1).astype(np.uint8)


def sup_packets(path: str | Path) -> Iterator[tuple[float, bytes]]:
    """(seconds, segment) of a .sup file.

    Raises:
        MediaError: the file cannot be read, or holds nothing of the kind.
    """
    found = False
    try:
        with open(path, "rb") as file:
            for packet in _segments(file):
                found = True
                yield packet
    except OSError as error:
        raise MediaError(f"{path} cannot be read ({error.strerror}); check that it exists and is allowed") from error
    if not found:
        raise MediaError(f"{path} holds no PGS subtitles; a .sup file of a Blu-ray disc is needed")


_HEADER: Final = 13
_LARGEST: Final = _HEADER + 0xFFFF
_WRAP: Final = 1 << 32


def _segments(file: BinaryIO) -> Iterator[tuple[float, bytes]]:
    """(seconds, segment) of each; what is no segment is passed over."""
    buffer, at, ended = b"", 0, False
    last: int | None = None
    while True:
        if not ended and len(buffer) - at < _LARGEST:
            more = file.read(16 * _LARGEST)
            buffer, at, ended = buffer[at:] + more, 0, not more
            continue
        found = buffer.find(b"PG", at)
        if found < 0 and ended:
            return
        if found != at:
            at = found if found >= 0 else len(buffer) - 1
            continue
        if at + _HEADER > len(buffer):
            return
        pts, _, kind, size = struct.unpack_from(">IIBH", buffer, at + 2)
        if kind not in _TYPES or at + _HEADER + size > len(buffer):
            at += 2
            continue
        # The counter begins again after 13 hours.
        pts += 0 if last is None else (last - pts + _WRAP // 2) // _WRAP * _WRAP
        last = pts
        yield pts / 90_000, buffer[at + 10 : at + _HEADER + size]
        at += _HEADER + size
