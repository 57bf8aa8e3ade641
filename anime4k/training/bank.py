"""Fitting a filter bank: least squares over all nodes of the grid at once.

Between its nodes the bank is interpolated, so the numbers that it gives are linear in all filters together, and the
best filters are the solution of one system of linear equations. Its matrix is summed up over the pixels of many
pictures; each pixel adds to the eight nodes around it. Turned and mirrored pictures need not be looked at: what they
would add is the same sums in another order.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from anime4k.networks.bank import CORNER, LOWER, MEAN, MIDDLE, PAIRS, RIGHT, TAPS, Bank, corners, measures, terms

Floats = npt.NDArray[np.float32]
Doubles = npt.NDArray[np.float64]
Places = npt.NDArray[np.intp]

_COUNT = len(PAIRS)


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


def add(sums: Sums, grid: Grid, around: Floats, wanted: Floats) -> None:
    """Add pixels to the sums.

    Args:
        sums: changed in place.
        grid: the nodes.
        around: (25, n) surroundings in 0..1, less the middle.
        wanted: (4, n) the numbers that the bank should give.
    """
    seen = corners(measures(around), grid.coherence, grid.place, grid.angles)
    nodes = np.stack([np.ravel_multi_index((c.coherence, c.place, c.angle), grid.shape) for c in seen])
    shares = np.stack([c.share for c in seen])
    order = np.argsort(nodes[0], kind="stable")
    starts = np.flatnonzero(np.diff(nodes[0, order])) + 1
    both = terms(around)
    for chosen in np.split(order, starts):
        columns = (nodes[:, chosen[0], None] * _COUNT + np.arange(_COUNT)).ravel()
        for number, term in enumerate(both):
            rows = (shares[:, None, chosen] * term[None, :, chosen]).reshape(-1, len(chosen))
            sums.matrices[number][np.ix_(columns, columns)] += rows @ rows.T
            sums.sides[number][columns] += rows @ wanted[2 * number : 2 * number + 2, chosen].T


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
    for number, sign in enumerate((-1, 1)):
        matrix, side = _symmetric(sums.matrices[number], sums.sides[number], grid, odd=number == 0)
        matrix, side = _shared(matrix, side, owner, grid.nodes)
        found[..., 2 * number : 2 * number + 2] = _damped(matrix, side, ridge)[owner]
        del sign
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
