"""Writes .sup files with PGS subtitles; FFmpeg has a decoder for them but no encoder."""

from __future__ import annotations

import struct
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Indices = NDArray[np.uint8]
PALETTE, OBJECT, COMPOSITION, WINDOWS, END = 0x14, 0x15, 0x16, 0x17, 0x80
START, NORMAL, ACQUISITION = 0x80, 0x00, 0x40


@dataclass(frozen=True)
class Placed:
    """An object of a display set: where it lies, what of it is seen, and its pixels if they are sent along."""

    number: int
    x: int
    y: int
    pixels: Indices | None = None
    crop: tuple[int, int, int, int] | None = None
    forced: bool = False


def runs(pixels: Indices) -> bytes:
    """Run-length coding; uses every form of the code that the lengths allow."""
    out = bytearray()
    for line in pixels:
        at = 0
        while at < len(line):
            end = at
            while end < len(line) and line[end] == line[at] and end - at < 16383:
                end += 1
            length, colour = end - at, int(line[at])
            at = end
            if colour == 0:
                out += bytes((0, length)) if length < 64 else bytes((0, 0x40 | length >> 8, length & 255))
            elif length < 3:
                out += bytes((colour,)) * length
            elif length < 64:
                out += bytes((0, 0x80 | length, colour))
            else:
                out += bytes((0, 0xC0 | length >> 8, length & 255, colour))
        out += b"\0\0"
    return bytes(out)


def composition(
    canvas: tuple[int, int], placed: list[Placed], *, state: int = START, palette: int = 0, update: bool = False
) -> tuple[int, bytes]:
    """A presentation composition segment."""
    body = struct.pack(
        ">HHBHBBBB", *canvas, 0x10, 0, state, 0x80 if update else 0, palette, len(placed)
    )
    for one in placed:
        flags = (0x80 if one.crop else 0) | (0x40 if one.forced else 0)
        body += struct.pack(">HBBHH", one.number, 0, flags, one.x, one.y)
        if one.crop:
            body += struct.pack(">HHHH", *one.crop)
    return COMPOSITION, body


def palette(entries: NDArray[np.uint8], number: int = 0, first: int = 0) -> tuple[int, bytes]:
    """A palette definition segment; entries are (n, 4) of Y, Cr, Cb, alpha."""
    body = bytes((number, 0))
    for index, entry in enumerate(entries):
        body += bytes((first + index, *(int(value) for value in entry)))
    return PALETTE, body


def objects(number: int, pixels: Indices, largest: int = 0xFFFF) -> list[tuple[int, bytes]]:
    """Object definition segments, split when the data are longer than `largest` bytes."""
    data = runs(pixels)
    head = (len(data) + 4).to_bytes(3, "big") + struct.pack(">HH", pixels.shape[1], pixels.shape[0])
    parts = [data[at : at + largest - 11] for at in range(0, len(data), largest - 11)]
    segments = []
    for index, part in enumerate(parts):
        sequence = (0x80 if index == 0 else 0) | (0x40 if index == len(parts) - 1 else 0)
        segments.append((OBJECT, struct.pack(">HBB", number, 0, sequence) + (head if index == 0 else b"") + part))
    return segments


def windows(canvas: tuple[int, int]) -> tuple[int, bytes]:
    """One window as large as the canvas."""
    return WINDOWS, bytes((1, 0)) + struct.pack(">HHHH", 0, 0, *canvas)


def display_set(
    canvas: tuple[int, int],
    placed: list[Placed],
    entries: NDArray[np.uint8] | None = None,
    *,
    state: int = START,
    largest: int = 0xFFFF,
) -> list[tuple[int, bytes]]:
    """All segments of a display set; without `entries` the palette before it is used again."""
    segments = [composition(canvas, placed, state=state), windows(canvas)]
    if entries is not None:
        segments.append(palette(entries))
    for one in placed:
        if one.pixels is not None:
            segments += objects(one.number, one.pixels, largest)
    return [*segments, (END, b"")]


def packet(segments: list[tuple[int, bytes]]) -> bytes:
    """As containers hold a display set."""
    return b"".join(struct.pack(">BH", kind, len(body)) + body for kind, body in segments)


def sup(sets: list[tuple[int, list[tuple[int, bytes]]]]) -> bytes:
    """A .sup file of (time in 1/90000 s, segments)."""
    return b"".join(
        b"PG" + struct.pack(">IIBH", pts & 0xFFFFFFFF, 0, kind, len(body)) + body
        for pts, segments in sets
        for kind, body in segments
    )


def letters(rng: np.random.Generator, width: int, height: int, colours: int) -> Indices:
    """Something with runs of every length: blocks of colours, noise, an empty border."""
    small = rng.integers(0, colours, (-(-height // 7), -(-width // 13)), np.uint8)
    picture = np.kron(small, np.ones((7, 13), np.uint8))[:height, :width]
    noise = rng.random((height, width)) < 0.1
    picture[noise] = rng.integers(0, colours, int(noise.sum()), np.uint8)
    picture[:2], picture[:, :3] = 0, 0
    return picture
