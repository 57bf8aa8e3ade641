"""Fitting a filter bank: least squares over all nodes of the grid at once.

Between its nodes the bank is interpolated, so the numbers that it gives are linear in all filters together, and the
best filters are the solution of one system of linear equations. Its matrix is summed up over the pixels of many
pictures; each pixel adds to the eight nodes around it. Turned and mirrored pictures need not be looked at: what they
would add is the same sums in another order.
"""

from __future__ import annotations

import enum
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from PIL import Image

from anime4k.networks.bank import MEAN, MIDDLE, PAIRS, TAPS, Bank, corners, details, measures, terms
from anime4k.networks.numpy import luma

Floats = npt.NDArray[np.float32]
Doubles = npt.NDArray[np.float64]
Places = npt.NDArray[np.intp]

Pixels = npt.NDArray[np.uint8]

_COUNT = len(PAIRS)

FLAT = 3 / 255
"""Pixels whose 3x3 pixels differ by less teach nothing."""

CALM = 2 / 255
"""Crops whose details are weaker than this count alike."""

EDGE = 4
"""Pixels at the borders of a halved crop that are not used: what is beyond them is unknown."""

_BATCH = 1 << 17


@dataclass(frozen=True)
class Grid:
    """The nodes of a bank that is to be fitted.

    Attributes:
        coherence: (c,) rising from 0. At the first node the direction means nothing, and all angles share a filter.
        place: (p,) rising.
        angles: how many around the circle, even.
    """

    coherence: Floats
    place: Floats
    angles: int

    @property
    def shape(self) -> tuple[int, int, int]:
        """Nodes of coherence, place, and angle."""
        return len(self.coherence), len(self.place), self.angles

    @property
    def nodes(self) -> int:
        """How many there are."""
        return len(self.coherence) * len(self.place) * self.angles


@dataclass(frozen=True)
class Sums:
    """The normal equations: of what is odd under half a turn (`RIGHT`, `LOWER`) and of what is even (the others).

    Attributes:
        matrices: for each of the two (nodes * 12, nodes * 12).
        sides: for each of the two (nodes * 12, 2).
    """

    matrices: tuple[Doubles, Doubles]
    sides: tuple[Doubles, Doubles]

    @classmethod
    def zero(cls, grid: Grid) -> Sums:
        """Nothing seen yet."""
        size = grid.nodes * _COUNT
        return cls((np.zeros((size, size)), np.zeros((size, size))), (np.zeros((size, 2)), np.zeros((size, 2))))


class Reduction(enum.Enum):
    """How the small picture was made."""

    MEAN = enum.auto()
    CATMULL_ROM = enum.auto()
    LANCZOS = enum.auto()


@dataclass(frozen=True)
class Samples:
    """Pixels to learn from, or to check with.

    Attributes:
        around: (25, n) surroundings in 0..1, less the middle.
        wanted: (4, n) the numbers that the bank should give.
        weight: (n,) how much each counts.
        crop: (n,) the crop that each is from.
    """

    around: Floats
    wanted: Floats
    weight: Floats
    crop: Places

    def __len__(self) -> int:
        """How many pixels."""
        return len(self.crop)


def halved(picture: Pixels, reduction: Reduction) -> Pixels:
    """A picture of even size at half its size."""
    size = (picture.shape[1] // 2, picture.shape[0] // 2)
    match reduction:
        case Reduction.MEAN:
            wide = picture.astype(np.uint16)
            blocks = wide[0::2, 0::2] + wide[1::2, 0::2] + wide[0::2, 1::2] + wide[1::2, 1::2]
            return np.asarray((blocks + 2) // 4, np.uint8)
        case Reduction.CATMULL_ROM:
            return np.asarray(Image.fromarray(picture).resize(size, Image.Resampling.BICUBIC))
        case Reduction.LANCZOS:
            return np.asarray(Image.fromarray(picture).resize(size, Image.Resampling.LANCZOS))


def samples(
    crops: Pixels, chosen: Places, shares: Sequence[tuple[Reduction, float]], most: int, seed: int
) -> Iterator[Samples]:
    """Random pixels of crops, without the flat ones.

    Args:
        crops: (n, height, width, 3).
        chosen: which of them, in this order.
        shares: the reductions, and the share of the crops that each is used on; they add up to 1.
        most: pixels of a crop.
        seed: equal seeds give equal samples.

    Yields:
        Some ten thousand pixels at a time.
    """
    dice = np.random.default_rng(seed)
    kinds, weights = [kind for kind, _ in shares], [share for _, share in shares]
    parts: list[Samples] = []
    for number in chosen:
        kind = kinds[int(dice.choice(len(kinds), p=weights))]
        part = _of_crop(np.asarray(crops[number]), kind, most, dice, int(number))
        parts += [part] if len(part) else []
        if sum(map(len, parts)) >= _BATCH:
            yield joined(parts)
            parts = []
    if parts:
        yield joined(parts)


def _of_crop(crop: Pixels, kind: Reduction, most: int, dice: np.random.Generator, number: int) -> Samples:
    small, large = _luma(halved(crop, kind)), _luma(crop)
    height, width = small.shape
    windows = np.lib.stride_tricks.sliding_window_view(small, (5, 5))[EDGE - 2 : 2 - EDGE, EDGE - 2 : 2 - EDGE]
    near = windows[..., 1:4, 1:4]
    y, x = np.nonzero(near.max((2, 3)) - near.min((2, 3)) > FLAT)
    if len(y) > most:
        kept = np.sort(dice.permutation(len(y))[:most])
        y, x = y[kept], x[kept]
    around = windows[y, x].reshape(-1, len(TAPS)).T
    middle = around[MIDDLE].copy()
    blocks = large.reshape(height, 2, width, 2)[y + EDGE, :, x + EDGE].reshape(-1, 4).T - middle
    goal = wanted(blocks)
    # What counts is the ratio of errors in each picture, so busy ones must not drown the others.
    busy = float((goal[:MEAN] ** 2).sum() / max(len(y), 1))
    weight = np.full(len(y), (busy / CALM**2 + 1) ** -0.5, np.float32)
    return Samples(np.ascontiguousarray(around - middle), goal, weight, np.full(len(y), number, np.intp))


def _luma(picture: Pixels) -> Floats:
    values = picture.astype(np.float32)
    values /= 255
    return luma(values)


def wanted(blocks: Floats) -> Floats:
    """The four numbers that a bank should give, from the new pixels less the old one: (4, n), from the top left."""
    nw, ne, sw, se = blocks
    right, lower, corner = ne + se - nw - sw, sw + se - nw - ne, nw + se - ne - sw
    found: Floats = np.stack([right, lower, corner, nw + ne + sw + se])
    found *= 0.25
    return found


def joined(parts: Sequence[Samples]) -> Samples:
    """Samples one after the other."""
    return Samples(
        np.concatenate([part.around for part in parts], axis=1),
        np.concatenate([part.wanted for part in parts], axis=1),
        np.concatenate([part.weight for part in parts]),
        np.concatenate([part.crop for part in parts]),
    )


def grid(around: Floats, coherences: int, places: int, angles: int) -> Grid:
    """A grid whose nodes lie as densely as the measures of these pixels."""
    seen = measures(around)
    rising = np.quantile(seen.coherence, np.linspace(0, 0.97, coherences)[1:])
    return Grid(
        np.concatenate([[0], rising]).astype(np.float32),
        np.quantile(seen.place, np.linspace(0.03, 0.97, places)).astype(np.float32),
        angles,
    )


def add(sums: Sums, grid: Grid, seen: Samples) -> None:
    """Add pixels to the sums, which are changed in place."""
    around = corners(measures(seen.around), grid.coherence, grid.place, grid.angles)
    nodes = np.stack([np.ravel_multi_index((c.coherence, c.place, c.angle), grid.shape) for c in around])
    root = np.sqrt(seen.weight)
    shares, goals = np.stack([c.share for c in around]) * root, seen.wanted * root
    order = np.argsort(nodes[0], kind="stable")
    starts = np.flatnonzero(np.diff(nodes[0, order])) + 1
    both = terms(seen.around)
    for chosen in np.split(order, starts):
        columns = (nodes[:, chosen[0], None] * _COUNT + np.arange(_COUNT)).ravel()
        for number, term in enumerate(both):
            rows = (shares[:, None, chosen] * term[None, :, chosen]).reshape(-1, len(chosen))
            sums.matrices[number][np.ix_(columns, columns)] += rows @ rows.T
            sums.sides[number][columns] += rows @ goals[2 * number : 2 * number + 2, chosen].T


def decibels(bank: Bank, seen: Samples) -> float:
    """How well a bank does, as a peak signal to noise ratio over these pixels, weights apart."""
    error = details(bank, seen.around) - seen.wanted
    return float(-10 * np.log10(max(float((error.astype(np.float64) ** 2).sum()) / max(len(seen), 1), 1e-12)))


def solve(sums: Sums, grid: Grid, ridge: float) -> Floats:
    """The filters of a bank, (12, c, p, angles, 4), rounded to 16 bits.

    Args:
        sums: of all pixels.
        grid: the nodes.
        ridge: how strongly filters are drawn to the one that is best for all pixels, relative to the mean of the
            diagonal.
    """
    found = np.empty((grid.nodes, _COUNT, 4))
    owner = _owners(grid)
    for number in range(2):
        matrix, side = _symmetric(sums.matrices[number], sums.sides[number], grid, odd=number == 0)
        matrix, side = _shared(matrix, side, owner, grid.nodes)
        found[..., 2 * number : 2 * number + 2] = _damped(matrix, side, ridge)[owner]
    filters = found.reshape(*grid.shape, _COUNT, 4).transpose(3, 0, 1, 2, 4)
    return np.ascontiguousarray(filters.astype(np.float16).astype(np.float32))


def _owners(grid: Grid) -> Places:
    """For each node the number of the filter that it uses: those without direction share one."""
    numbers = np.arange(grid.nodes).reshape(grid.shape)
    numbers[0] = numbers[0, :, :1]
    return np.unique(numbers, return_inverse=True)[1].reshape(-1).astype(np.intp)


def _shared(matrix: Doubles, side: Doubles, owner: Places, nodes: int) -> tuple[Doubles, Doubles]:
    """The equations of the filters, from those of the nodes."""
    count = int(owner.max()) + 1
    spread = np.zeros((count, nodes))
    spread[owner, np.arange(nodes)] = 1
    blocks = matrix.reshape(nodes, _COUNT, nodes, _COUNT)
    blocks = np.tensordot(spread, np.tensordot(spread, blocks, (1, 0)), (1, 2)).transpose(1, 2, 0, 3)
    sides = np.tensordot(spread, side.reshape(nodes, _COUNT, -1), (1, 0))
    return blocks.reshape(count * _COUNT, count * _COUNT), sides.reshape(count * _COUNT, -1)


def _damped(matrix: Doubles, side: Doubles, ridge: float) -> Doubles:
    """The solution, drawn to the common filter: (filters, 12, 2)."""
    count = len(matrix) // _COUNT
    common = matrix.reshape(count, _COUNT, count, _COUNT).sum((0, 2))
    weight = ridge * np.trace(matrix) / len(matrix)
    one = np.linalg.solve(common + weight * np.eye(_COUNT), side.reshape(count, _COUNT, -1).sum(0))
    start = np.tile(one, (count, 1))
    damped = matrix + weight * np.eye(len(matrix))
    return np.asarray(np.linalg.solve(damped, side + weight * start)).reshape(count, _COUNT, -1)


def _symmetric(matrix: Doubles, side: Doubles, grid: Grid, odd: bool) -> tuple[Doubles, Doubles]:
    """The sums as if every pixel had been seen mirrored, transposed, and both, too."""
    half = (-1.0, 1.0)  # A mirrored picture has its right and its diagonal difference inverted.
    places, signs = _moved(grid, lambda y, x: (y, -x), lambda a: -a, odd)
    matrix = matrix + signs[:, None] * matrix[np.ix_(places, places)] * signs
    side = side + signs[:, None] * side[places] * half
    places, signs = _moved(grid, lambda y, x: (x, y), lambda a: grid.angles // 2 - a, odd)
    turned = side[places][:, ::-1] if odd else side[places]
    return matrix + signs[:, None] * matrix[np.ix_(places, places)] * signs, side + signs[:, None] * turned


def _moved(
    grid: Grid, tap: Callable[[int, int], tuple[int, int]], angle: Callable[[Places], Places], odd: bool
) -> tuple[Places, Doubles]:
    """Where each unknown goes when the picture is moved, and whether its sign changes."""
    numbers = np.arange(grid.nodes).reshape(grid.shape)[:, :, angle(np.arange(grid.angles)) % grid.angles].ravel()
    first = {pair[0]: number for number, pair in enumerate(PAIRS)}
    last = {pair[1]: number for number, pair in enumerate(PAIRS)}
    pairs, signs = [], []
    for number, _ in PAIRS:
        moved = TAPS.index(tap(*TAPS[number]))
        pairs.append(first[moved] if moved in first else last[moved])
        signs.append(-1.0 if odd and moved in last else 1.0)
    places = (numbers[:, None] * _COUNT + np.array(pairs)).ravel()
    return places.astype(np.intp), np.tile(np.array(signs), grid.nodes)
