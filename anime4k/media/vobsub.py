"""Picture subtitles of DVDs (VobSub): subpicture units with four colours, and the text that holds their palette.

Layout: the public descriptions of the subpicture unit (SPU) and of the .idx file.
"""

from __future__ import annotations

import math
import re
import struct
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from anime4k.media.bitmap_event import BitmapEvent, Bytes, Part, coloured, is_time

Colours = tuple[tuple[int, int, int], ...]

_TICK: Final = 1024 / 90_000
"""Seconds of a unit of the dates inside a packet."""
_LARGEST: Final = 0x10000
_SEQUENCES: Final = 32
"""Control sequences of a packet that are obeyed; packets have two, with a fade some more."""
_MAX_PIXELS: Final = 1920 * 1088
_NAMELESS: Final[Colours] = ((0, 0, 0), (255, 255, 255), (0, 0, 0), (128, 128, 128))
"""Colours of background, letters, outline and shadow when the track has no palette."""
_SD_LINES: Final = 576

_FORCE, _START, _STOP, _COLOURS, _ALPHA, _AREA, _DATA, _CHANGES, _END = (0, 1, 2, 3, 4, 5, 6, 7, 0xFF)
_ARGUMENTS: Final = {_FORCE: 0, _START: 0, _STOP: 0, _COLOURS: 2, _ALPHA: 2, _AREA: 6, _DATA: 4, _END: 0}


class _Damage(Exception):
    """A packet is not what it should be; caught in this module."""


@dataclass(frozen=True)
class Header:
    """What the .idx file, or the track's header in a container, says about all packets.

    Attributes:
        size: (width, height) of the canvas, None = not told.
        palette: 16 colours, red, green and blue; empty = not told.
    """

    size: tuple[int, int] | None = None
    palette: Colours = ()


def parse_header(data: bytes) -> Header:
    """Read what can be read; lines that make no sense count as missing."""
    text = data[:_LARGEST].decode("latin-1")
    size: tuple[int, int] | None = None
    if match := re.search(r"^\s*size:\s*(\d{1,5})\s*x\s*(\d{1,5})", text, re.MULTILINE | re.IGNORECASE):
        told = int(match[1]), int(match[2])
        size = told if min(told) > 0 and max(told) <= 4096 else None
    palette: Colours = ()
    if match := re.search(r"^\s*palette:\s*([0-9a-f, \t]+)", text, re.MULTILINE | re.IGNORECASE):
        colours = [int(code, 16) for code in re.findall(r"[0-9a-f]{1,6}", match[1], re.IGNORECASE)]
        if len(colours) >= 16:
            palette = tuple((code >> 16, code >> 8 & 255, code & 255) for code in colours[:16])
    return Header(size, palette)


@dataclass(frozen=True)
class _State:
    """What the control sequences of a packet have set so far."""

    shown: bool = False
    forced: bool = False
    colours: tuple[int, ...] = (0, 1, 2, 3)
    alpha: tuple[int, ...] = (0, 15, 15, 15)
    area: tuple[int, int, int, int] | None = None
    fields: tuple[int, int] | None = None


class VobSubDecoder:
    """Decodes the packets of a VobSub track, each of which is a whole subpicture unit.

    Args:
        header: header data of the track, or the text of the .idx file.
        video: (width, height) of the video, for tracks that do not tell the size of their canvas.
    """

    def __init__(self, header: bytes = b"", video: tuple[int, int] | None = None) -> None:
        self.damaged = 0
        self.header = parse_header(header)
        self._video = video

    def reset(self) -> None:
        """Nothing is kept between packets."""

    def flush(self) -> list[BitmapEvent]:
        """Nothing is kept between packets."""
        return []

    def feed(self, data: bytes, time: float, duration: float = 0.0) -> list[BitmapEvent]:
        """See `BitmapDecoder`; the packet's own end counts before the container's."""
        try:
            if not is_time(time):
                raise _Damage
            return self._events(data, time, duration)
        except (_Damage, struct.error, IndexError):
            self.damaged += 1
            return []

    def _events(self, data: bytes, time: float, duration: float) -> list[BitmapEvent]:
        size, control = struct.unpack_from(">HH", data)
        if not 4 <= control < len(data) or len(data) < size:
            raise _Damage
        events: list[BitmapEvent] = []
        shown: _State | None = None
        for seconds, state in _states(data, control):
            if shown is not None and state != shown:
                events[-1] = replace(events[-1], end=time + seconds)
            if state.shown and state != shown:
                parts, canvas = self._parts(data, state)
                events.append(BitmapEvent(time + seconds, math.inf, parts, canvas, state.forced))
            shown = state if state.shown else None
        if shown is not None and duration > 0:
            events[-1] = replace(events[-1], end=time + duration)
        return events

    def _parts(self, data: bytes, state: _State) -> tuple[tuple[Part, ...], tuple[int, int]]:
        if state.area is None or state.fields is None:
            raise _Damage
        left, right, top, bottom = state.area
        width, height = right - left + 1, bottom - top + 1
        if width <= 0 or height <= 0 or width * height > _MAX_PIXELS:
            raise _Damage
        indices = np.empty((height, width), np.uint8)
        for field, offset in enumerate(state.fields):
            lines = indices[field::2]
            if len(lines):
                lines[:] = _decoded(data, offset, width, len(lines))
        part = coloured(left, top, indices, self._table(state))
        return (() if part is None else (part,)), self._canvas(bottom)

    def _table(self, state: _State) -> Bytes:
        table = np.zeros((4, 4), np.uint8)
        for code in range(4):
            colour = self.header.palette[state.colours[code]] if self.header.palette else _NAMELESS[code]
            alpha = state.alpha[code] * 17
            table[code] = (*((channel * alpha + 127) // 255 for channel in colour), alpha)
        return table

    def _canvas(self, bottom: int) -> tuple[int, int]:
        if self.header.size is not None:
            return self.header.size
        if self._video is not None and self._video[1] <= _SD_LINES:
            return self._video
        return (720, 480) if bottom < 480 else (720, _SD_LINES)


def _states(data: bytes, control: int) -> Iterator[tuple[float, _State]]:
    """(seconds after the packet's time, state) after each control sequence."""
    state = _State()
    at, end = control, len(data)
    for _ in range(_SEQUENCES):
        date, following = struct.unpack_from(">HH", data, at)
        state = _obeyed(data[at + 4 : end], state)
        yield date * _TICK, state
        if following <= at or following + 4 > end:
            return
        at = following


def _obeyed(commands: bytes, state: _State) -> _State:
    """The state after the commands of a sequence."""
    at = 0
    while at < len(commands) and (command := commands[at]) != _END:
        if command == _CHANGES:
            # Colours that change inside of the picture are for menus.
            at += 1 + max(2, struct.unpack_from(">H", commands, at + 1)[0])
            continue
        length = _ARGUMENTS.get(command)
        arguments = commands[at + 1 : at + 1 + (length or 0)]
        if length is None or len(arguments) < length:
            raise _Damage
        at += 1 + length
        if command in (_FORCE, _START):
            state = replace(state, shown=True, forced=state.forced or command == _FORCE)
        elif command == _STOP:
            state = replace(state, shown=False)
        elif command == _COLOURS:
            state = replace(state, colours=_nibbles(arguments))
        elif command == _ALPHA:
            state = replace(state, alpha=_nibbles(arguments))
        elif command == _AREA:
            a, b, c, d, e, f = arguments
            state = replace(state, area=(a << 4 | b >> 4, (b & 15) << 8 | c, d << 4 | e >> 4, (e & 15) << 8 | f))
        elif command == _DATA:
            first, second = struct.unpack(">HH", arguments)
            state = replace(state, fields=(first, second))
    return state


def _nibbles(pair: bytes) -> tuple[int, int, int, int]:
    """Values of the pixel codes 0 to 3, which are stored last to first."""
    return pair[1] & 15, pair[1] >> 4, pair[0] & 15, pair[0] >> 4


def _decoded(data: bytes, offset: int, width: int, lines: int) -> Bytes:
    """(lines, width) of pixel codes: runs of 4, 8, 12 or 16 bits; lines begin with a whole byte."""
    digits = data.hex()
    pixels = bytearray()
    at = offset * 2
    for line in range(1, lines + 1):
        end = line * width
        while len(pixels) < end:
            length = 1
            # Up to three leading zero pairs of bits make the run one to three digits longer.
            while length < 4 and int(digits[at : at + length] or "0", 16) < 1 << 2 * length:
                length += 1
            code = digits[at : at + length]
            if len(code) < length:
                raise _Damage
            at += length
            value = int(code, 16)
            run = value >> 2 or end - len(pixels)
            if run > end - len(pixels):
                raise _Damage
            pixels += _CODES[value & 3] * run
        at += at & 1
    return np.frombuffer(bytes(pixels), np.uint8).reshape(lines, width)


_CODES: Final = (b"\0", b"\1", b"\2", b"\3")
