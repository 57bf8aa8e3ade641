"""Sums of constants and of matrices times values: what layers of networks compute."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from anime4k.pipeline.parts import BoundTexture
from anime4k.pipeline.rewrites.expressions import UnknownError

Numbers = npt.NDArray[np.float64]

LARGEST = 1e18
"""Products beyond it stay unknown: what overflows in 32-bit floats does not in ours."""
_LARGEST_WHOLE = 2**31 - 1
MOST_ADDED = 1024.0
"""Larger constants are added to round what they are added to, which no other order of a sum does."""
MOST_ATOMS = 4096
"""Sums of more values stay unknown, those within limits included; working with them would take too long."""
_DEEPEST = 8
"""Limits within limits."""


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
        whole: whether it is an integer of the language, for which a quotient is one too.
    """

    terms: Mapping[Atom, Numbers]
    bias: Numbers
    whole: bool = False

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

    @cached_property
    def atoms(self) -> int:
        """How many values it is made of, those within limits included."""
        return len(self.terms) + sum(atom.of.atoms for atom in self.terms if isinstance(atom, Bent))

    @cached_property
    def depth(self) -> int:
        """How many limits lie within each other."""
        return max((1 + atom.of.depth for atom in self.terms if isinstance(atom, Bent)), default=0)


def constants(*numbers: float, whole: bool = False) -> Sum:
    """A sum of nothing but these."""
    return Sum({}, np.asarray(numbers, np.float64), whole)


_LETTERS = ("xyzw", "rgba", "stpq")


def plus(a: Sum, b: Sum) -> Sum:
    """The sum of both; a single value is added to every value.

    Raises:
        UnknownError: it is no sum, or the numbers of values do not fit.
    """
    if a.width != b.width:
        if 1 not in (a.width, b.width):
            raise UnknownError
        a, b = (one if one.width > 1 else times(constants(*[1.0] * max(a.width, b.width)), one) for one in (a, b))
    bias = a.bias + b.bias
    if a.fixed and b.fixed:
        return _bounded(Sum(a.terms, bias, a.whole and b.whole))
    if max(map(abs, (*a.bias.tolist(), *b.bias.tolist(), *bias.tolist()))) > MOST_ADDED:
        raise UnknownError
    terms = dict(a.terms)
    for atom, matrix in b.terms.items():
        terms[atom] = terms[atom] + matrix if atom in terms else matrix
    if len(terms) > MOST_ATOMS:
        raise UnknownError
    return Sum(terms, bias)


def negative(a: Sum) -> Sum:
    """All values with the other sign."""
    return Sum({atom: -matrix for atom, matrix in a.terms.items()}, -a.bias, a.whole)


def applied(matrix: Numbers, a: Sum) -> Sum:
    """A matrix times the values.

    Raises:
        UnknownError: it gets too large.
    """
    return _bounded(Sum({atom: matrix @ one for atom, one in a.terms.items()}, matrix @ a.bias))


def _bounded(a: Sum) -> Sum:
    largest = _LARGEST_WHOLE if a.whole else LARGEST
    if all(np.abs(numbers).max() <= largest for numbers in (a.bias, *a.terms.values())):
        return a
    raise UnknownError


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
    if a.whole and b.whole:
        return _bounded(constants(*(a.bias * b.bias), whole=True))
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
    if not isinstance(a, Sum) or not isinstance(b, Sum) or not b.fixed or b.width != 1 or (a.whole and b.whole):
        raise UnknownError
    if abs(b.bias[0]) < 1.0 / LARGEST:
        raise UnknownError
    return applied(np.eye(a.width) / b.bias[0], a)


def chosen(a: Sum, letters: str) -> Sum:
    """The values that letters name, as selections of vectors do.

    Raises:
        UnknownError: it is no sum, or the numbers of values do not fit.
    """
    kind = next((kind for kind in _LETTERS if letters[0] in kind), "")
    rows = [kind.find(letter) for letter in letters]
    if len(rows) > 4 or min(rows) < 0 or max(rows) >= a.width:
        raise UnknownError
    return Sum({atom: matrix[rows] for atom, matrix in a.terms.items()}, a.bias[rows])


def bent(value: Sum, low: float, high: float) -> Sum:
    """The values of a sum, limited.

    Raises:
        UnknownError: it gets too large.
    """
    if value.atoms > MOST_ATOMS or value.depth >= _DEEPEST:
        raise UnknownError
    return Sum({Bent(value, low, high): np.eye(value.width)}, np.zeros(value.width))


def texel(texture: BoundTexture, x: int, y: int, by: float) -> Sum:
    """The values of a texel, times a number."""
    return Sum({Texel(texture, x, y): by * np.eye(4)}, np.zeros(4))


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
    return Sum(terms, np.concatenate([part.bias for part in parts]))
