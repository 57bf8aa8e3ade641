"""A bank of small linear filters, chosen pixel by pixel: the cheapest enlarger that is worth its name.

The idea is that of RAISR (Romano, Isidoro and Milanfar 2016): what is around a pixel is measured with a structure
tensor (Bigun and Granlund 1987), the measures choose a linear filter, and the filters come from least squares. Unlike
there, the choice is no class but a point in a grid between whose nodes the filters are interpolated, so neighbouring
pixels with nearly equal surroundings get nearly equal filters.

Three measures span the grid:

- the direction of the edge, as the double angle of the structure tensor (0 to 2 pi, periodic),
- the coherence: how much the slopes around agree in direction, 0 to 1,
- the place: where the pixel lies between the darkest and the brightest of its 3x3 pixels, 0 (half-way) to 1.

None of them changes when the picture is turned by half a turn or inverted. So of the four numbers that a filter gives,
two (the differences of right and left, lower and upper half of the pixel) are sums of differences of opposite pixels,
and two (the diagonal difference, the change of the mean) are sums of their sums: twelve multiplications each for 5x5
pixels.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from anime4k.networks import archive
from anime4k.networks.numpy import enlarged, luma
from anime4k.networks.store import Record

Floats = npt.NDArray[np.float32]

TAPS = tuple((y, x) for y in range(-2, 3) for x in range(-2, 3))
"""The 5x5 pixels around one, (row, column), in rows from the top left."""

MIDDLE = TAPS.index((0, 0))

PAIRS = tuple((TAPS.index((y, x)), TAPS.index((-y, -x))) for y, x in TAPS if (y, x) > (0, 0))
"""Opposite pixels: the places in `TAPS` of the one after the middle and of the one before it."""

NEAR = tuple(number for number, (y, x) in enumerate(TAPS) if max(abs(y), abs(x)) <= 1)
"""The places in `TAPS` of the 3x3 pixels."""

NOISE = 2 / 255
"""Slopes and contrasts below this count less and less."""

WIDTH = 1.25
"""Standard deviation of the window of the structure tensor, in pixels."""

MARGIN = 0.1
"""How far the luma of a new pixel may leave the range of the 3x3 pixels, in parts of that range."""

VERSION = 1
"""Of the layout of the file."""

RIGHT, LOWER, CORNER, MEAN = range(4)
"""What the four numbers of a filter give: half the difference of right and left half, of lower and upper half, of the
two diagonals, and the change of the mean."""


@dataclass(frozen=True, eq=False)
class Bank:
    """Filters at the nodes of a grid, and where the nodes lie.

    Attributes:
        name: of the shader file that is made of it.
        summary: one sentence for the head of that file.
        coherence: (c,) the nodes of the coherence, rising from 0.
        place: (p,) the nodes of the place, rising.
        filters: (12, c, p, angles, 4), float32 that fits 16 bits: for each pair of `PAIRS` and each node what the
            difference of the two pixels (`RIGHT`, `LOWER`) or the sum of their differences from the middle (`CORNER`,
            `MEAN`) is multiplied with.
    """

    name: str
    summary: str
    coherence: Floats
    place: Floats
    filters: Floats = field(repr=False)

    @property
    def angles(self) -> int:
        """Nodes of the double angle."""
        return int(self.filters.shape[3])


@dataclass(frozen=True)
class Measures:
    """What chooses a filter, for any number of pixels.

    Attributes:
        angle: double angle of the direction across the edge, -pi to pi.
        coherence: 0 to 1.
        place: 0 to 1.
    """

    angle: Floats
    coherence: Floats
    place: Floats


def surroundings(plane: Floats) -> Floats:
    """The 25 values around each pixel of (height, width), less the pixel itself: (25, height, width)."""
    height, width = plane.shape
    padded = np.pad(plane, 2, mode="edge")
    found: Floats = np.stack([padded[2 + y : 2 + y + height, 2 + x : 2 + x + width] for y, x in TAPS]) - plane
    return found


def window(width: float = WIDTH) -> tuple[float, float]:
    """Weights of the outer and the inner two of four slopes in a row; all sixteen products of two add up to 1."""
    outer, inner = np.exp(-0.5 * (np.array([1.5, 0.5]) / width) ** 2)
    total = 2 * (outer + inner)
    return float(outer / total), float(inner / total)


def measures(around: Floats) -> Measures:
    """The measures of pixels from their surroundings (25, ...), in 0..1."""
    rows = around.reshape(5, 5, *around.shape[1:])
    xx, yy, xy = (np.zeros_like(around[0]) for _ in range(3))
    outer, inner = map(np.float32, window())
    for y in range(4):
        for x in range(4):
            share = (inner if y in (1, 2) else outer) * (inner if x in (1, 2) else outer)
            falling, rising = rows[y + 1, x + 1] - rows[y, x], rows[y, x + 1] - rows[y + 1, x]
            gx, gy = falling + rising, falling - rising
            xx += share * gx * gx
            yy += share * gy * gy
            xy += share * gx * gy
    energy = (xx + yy) / 4 + np.float32(NOISE**2)
    c2, s2 = (xx - yy) / 4 / energy, xy / 2 / energy
    near = around[list(NEAR)]
    low, high = near.min(0), near.max(0)
    return Measures(
        angle=np.arctan2(s2, c2),
        coherence=np.sqrt(c2 * c2 + s2 * s2),
        place=np.abs(high + low) / (high - low + np.float32(NOISE)),
    )


def position(values: Floats, nodes: Floats) -> Floats:
    """Where values lie among nodes: 0 at the first or before it, 1 at the second, and so on, linear between them."""
    found = np.zeros_like(values)
    for before, after in zip(nodes[:-1], nodes[1:], strict=True):
        found += np.clip((values - before) / (after - before), 0, 1, dtype=np.float32)
    return found


@dataclass(frozen=True)
class Corner:
    """One of the eight nodes around a point of the grid.

    Attributes:
        coherence, place, angle: which node, for each pixel.
        share: its share, for each pixel.
    """

    coherence: npt.NDArray[np.intp]
    place: npt.NDArray[np.intp]
    angle: npt.NDArray[np.intp]
    share: Floats


def corners(seen: Measures, coherence: Floats, place: Floats, angles: int) -> list[Corner]:
    """The nodes between which the filters of pixels are interpolated, always in the same order."""
    c, p = position(seen.coherence, coherence), position(seen.place, place)
    a = (seen.angle * np.float32(angles / (2 * np.pi))).astype(np.float32) % np.float32(angles)
    first_c = np.clip(c.astype(np.intp), 0, max(len(coherence) - 2, 0))
    first_p = np.clip(p.astype(np.intp), 0, max(len(place) - 2, 0))
    first_a = np.floor(a).astype(np.intp)
    part_c, part_p, part_a = c - first_c.astype(np.float32), p - first_p.astype(np.float32), a - np.floor(a)
    found = []
    for step_c in range(min(2, len(coherence))):
        for step_p in range(min(2, len(place))):
            for step_a in range(min(2, angles)):
                share = np.ones_like(part_a)
                for step, part in ((step_c, part_c), (step_p, part_p), (step_a, part_a)):
                    share = share * (part if step else 1 - part)
                found.append(Corner(first_c + step_c, first_p + step_p, (first_a + step_a) % angles, share))
    return found


def terms(around: Floats) -> tuple[Floats, Floats]:
    """Differences of opposite pixels, and sums of their differences from the middle: (12, ...) each."""
    after, before = around[[pair[0] for pair in PAIRS]], around[[pair[1] for pair in PAIRS]]
    return after - before, after + before


def details(bank: Bank, around: Floats) -> Floats:
    """The four numbers of each pixel from its surroundings (25, ...): (4, ...)."""
    shape = around.shape[1:]
    flat = around.reshape(len(TAPS), -1)
    odd, even = terms(flat)
    found = np.zeros((4, flat.shape[1]), np.float32)
    seen = corners(measures(flat), bank.coherence, bank.place, bank.angles)
    for pair in range(len(PAIRS)):
        chosen = sum(
            (c.share[:, None] * bank.filters[pair, c.coherence, c.place, c.angle] for c in seen),
            np.zeros((flat.shape[1], 4), np.float32),
        )
        found[:CORNER] += chosen[:, :CORNER].T * odd[pair]
        found[CORNER:] += chosen[:, CORNER:].T * even[pair]
    result: Floats = found.reshape(4, *shape)
    return result


def spread(detail: Floats) -> Floats:
    """The four new pixels, less the old one, in rows from the top left: (4, height, width) to (2h, 2w)."""
    right, lower, corner, mean = detail
    height, width = right.shape
    found = np.empty((height * 2, width * 2), np.float32)
    found[0::2, 0::2] = mean + corner - right - lower
    found[0::2, 1::2] = mean - corner + right - lower
    found[1::2, 0::2] = mean - corner - right + lower
    found[1::2, 1::2] = mean + corner + right + lower
    return found


def evaluate(bank: Bank, picture: npt.ArrayLike, strength: float = 1.0) -> Floats:
    """A picture through a bank: twice as large.

    Args:
        bank: what to evaluate.
        picture: (height, width, 3) red, green and blue, nominally 0..1.
        strength: share of the change that is made; 0 leaves bilinear enlargement. However large it is, luma leaves
            the range of the 3x3 pixels by no more than `MARGIN` of it.

    Returns:
        (height * 2, width * 2, 3), not limited to 0..1.
    """
    source = np.ascontiguousarray(picture, np.float32)
    if source.ndim != 3 or source.shape[2] != 3 or 0 in source.shape:
        raise ValueError(f"a picture has three channels, this is {source.shape}")
    grey = luma(source)
    around = surroundings(grey)
    plain = enlarged(source)
    old = luma(plain) - doubled(grey)
    wanted = old + np.float32(strength) * (spread(details(bank, around)) - old)
    near = around[list(NEAR)]
    low, high = near.min(0), near.max(0)
    room = np.float32(MARGIN) * (high - low)
    change = np.clip(wanted, doubled(low - room), doubled(high + room)) - old
    result: Floats = plain + change[..., None]
    return result


def doubled(plane: Floats) -> Floats:
    """Every pixel of (height, width) as 2x2."""
    return plane.repeat(2, axis=0).repeat(2, axis=1)


def write(path: Path | str, bank: Bank, record: Record) -> None:
    """Write a bank to an `.npz` file; the same bank and record give the same bytes.

    Raises:
        OutputError: the file cannot be written; what was there before is still there.
        UsageError: the settings of the record are no JSON.
    """
    about = {"version": VERSION, "bank": {"name": bank.name, "summary": bank.summary}, "record": asdict(record)}
    arrays: dict[str, Any] = {
        **{name: np.ascontiguousarray(getattr(bank, name), "<f4") for name in ("coherence", "place")},
        "filters": bank.filters.astype("<f2"),
    }
    archive.save(Path(path), "bank", about, arrays, packed=True)


def read(path: Path | str) -> tuple[Bank, Record]:
    """The bank of a file, and how it was made.

    Raises:
        MediaError: there is no such file, or it is not what `write` writes.
    """
    with archive.opened(Path(path), "bank", VERSION) as (about, arrays):
        coherence, place, filters = (arrays[name].astype(np.float32) for name in ("coherence", "place", "filters"))
        if filters.shape != (len(PAIRS), len(coherence), len(place), filters.shape[3], 4):
            raise ValueError(f"its filters have the shape {filters.shape}")
        if not all(np.isfinite(array).all() for array in (coherence, place, filters)):
            raise ValueError("some of it is no number")
        bank = Bank(str(about["bank"]["name"]), str(about["bank"]["summary"]), coherence, place, filters)
        return bank, Record(**about["record"])
