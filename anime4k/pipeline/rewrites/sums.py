"""Sums of constants and of matrices times values: what layers of networks compute."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from types import MappingProxyType

import numpy as np
import numpy.typing as npt

from anime4k.pipeline.parts import BoundTexture
from anime4k.pipeline.rewrites.expressions import UnknownError

Numbers = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Texel:
    """The four values of a texel, beside the own pixel by (x, y)."""

    texture: BoundTexture
    x: int
    y: int

    @property
    def width(self) -> int:
        """How many values."""
        return 4


@dataclass(frozen=True)
class Bent:
    """The values of a sum, each at least `low` and at most `high`; these may be infinite."""

    of: Sum
    low: float
    high: float

    @property
    def width(self) -> int:
        """How many values."""
        return self.of.width


Atom = Texel | Bent


@dataclass(frozen=True, eq=False)
class Sum:
    """The sum of constants and of matrices times values.

    Attributes:
        terms: what is multiplied with which matrix, (values of the sum, values of the atom).
        bias: (values of the sum,).
    """

    terms: Mapping[Atom, Numbers]
    bias: Numbers

    @property
    def width(self) -> int:
        """How many values."""
        return len(self.bias)

    @cached_property
    def key(self) -> tuple[object, ...]:
        """Equal for equal sums."""
        return (self.bias.tobytes(), frozenset((atom, matrix.tobytes()) for atom, matrix in self.terms.items()))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Sum) and self.key == other.key

    def __hash__(self) -> int:
        return hash(self.key)

    @property
    def fixed(self) -> bool:
        """Whether it is constants alone."""
        return not self.terms


def constants(*numbers: float) -> Sum:
    """A sum of nothing but these."""
    return Sum(MappingProxyType({}), np.asarray(numbers, np.float64))


COMPONENTS = {letter: n for letters in ("xyzw", "rgba", "stpq") for n, letter in enumerate(letters)}


def plus(a: Sum, b: Sum) -> Sum:
    """The sum of both; a single value is added to every value.

    Raises:
        UnknownError: it is no sum, or the numbers of values do not fit.
    """
    if a.width != b.width:
        if 1 not in (a.width, b.width):
            raise UnknownError
        a, b = (one if one.width > 1 else times(constants(*[1.0] * max(a.width, b.width)), one) for one in (a, b))
    terms = dict(a.terms)
    for atom, matrix in b.terms.items():
        terms[atom] = terms[atom] + matrix if atom in terms else matrix
    return Sum(MappingProxyType(terms), a.bias + b.bias)


def scaled(a: Sum, by: float) -> Sum:
    """All values times a number."""
    return Sum(MappingProxyType({atom: by * matrix for atom, matrix in a.terms.items()}), by * a.bias)


def applied(matrix: Numbers, a: Sum) -> Sum:
    """A matrix times the values."""
    return Sum(MappingProxyType({atom: matrix @ one for atom, one in a.terms.items()}), matrix @ a.bias)


def times(a: Sum | Numbers, b: Sum | Numbers) -> Sum:
    """The product, of which one factor is a matrix or constant.

    Raises:
        UnknownError: it is no sum, or the numbers of values do not fit.
    """
    if isinstance(b, Sum) and not isinstance(a, Sum):
        if a.shape[1] != b.width:
            raise UnknownError
        return applied(a, b)
    if not isinstance(a, Sum) or not isinstance(b, Sum):
        raise UnknownError
    if not a.fixed:
        a, b = b, a
    if not a.fixed:
        raise UnknownError
    if b.width == 1:
        return applied(a.bias[:, None], b)
    if a.width not in (1, b.width):
        raise UnknownError
    return applied(np.diag(np.broadcast_to(a.bias, (b.width,))), b)


def over(a: Sum | Numbers, b: Sum | Numbers) -> Sum:
    """The quotient by a constant.

    Raises:
        UnknownError: it is no sum, or the numbers of values do not fit.
    """
    if not isinstance(a, Sum) or not isinstance(b, Sum) or not b.fixed or b.width != 1 or not b.bias[0]:
        raise UnknownError
    return scaled(a, 1.0 / float(b.bias[0]))


def chosen(a: Sum, letters: str) -> Sum:
    """The values that letters name, as selections of vectors do.

    Raises:
        UnknownError: it is no sum, or the numbers of values do not fit.
    """
    rows = [COMPONENTS.get(letter, 4) for letter in letters]
    if not 1 <= len(rows) <= 4 or max(rows) >= a.width:
        raise UnknownError
    return Sum(MappingProxyType({atom: matrix[rows] for atom, matrix in a.terms.items()}), a.bias[rows])


def bent(value: Sum, low: float, high: float) -> Sum:
    """The values of a sum, limited."""
    return Sum(MappingProxyType({Bent(value, low, high): np.eye(value.width)}), np.zeros(value.width))


def texel(texture: BoundTexture, x: int, y: int, by: float) -> Sum:
    """The values of a texel, times a number."""
    return Sum(MappingProxyType({Texel(texture, x, y): by * np.eye(4)}), np.zeros(4))


def stacked(parts: list[Sum]) -> Sum:
    """The values of several, one after the other."""
    width = sum(part.width for part in parts)
    terms: dict[Atom, Numbers] = {}
    row = 0
    for part in parts:
        for atom, matrix in part.terms.items():
            whole = terms.setdefault(atom, np.zeros((width, atom.width)))
            whole[row : row + part.width] += matrix
        row += part.width
    return Sum(MappingProxyType(terms), np.concatenate([part.bias for part in parts]))
