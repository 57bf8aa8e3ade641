"""Sums of matrices times values as GLSL."""

from __future__ import annotations

import functools
import math
from collections.abc import Callable, Sequence

import numpy as np

from anime4k.pipeline.rewrites.sums import Atom, Numbers, Sum, Texel

TYPES = {1: "float", 2: "vec2", 3: "vec3", 4: "vec4"}
"""Of so many values."""

Texels = Callable[[Texel], str]
"""The variable that holds a texel."""
Known = Callable[[Sum], str | None]
"""The variable that holds a sum, None where there is none."""


@functools.lru_cache(maxsize=1 << 14)  # in a block every weight stands once for each pixel
def number(value: float) -> str:
    """A number as the shortest literal that gives the same 32-bit float."""
    plain = np.format_float_positional(np.float32(value), unique=True, trim="0")
    if 1e-4 <= abs(value) < 1e4:  # where the other one is never shorter
        return plain
    text = np.format_float_scientific(np.float32(value), unique=True, trim="0")
    return plain if len(plain) <= len(text) else text


def vector(values: Sequence[float] | Numbers) -> str:
    """Constants."""
    numbers = [number(float(value)) for value in values]
    return numbers[0] if len(numbers) == 1 else f"{TYPES[len(numbers)]}({', '.join(numbers)})"


def product(matrix: Numbers, name: str) -> str:
    """A matrix (values of the result, values of the variable) times a variable."""
    high, wide = matrix.shape
    if high == wide and (matrix == np.eye(wide)).all():
        return name
    if high == wide and (matrix == -np.eye(wide)).all():
        return f"-{name}"
    if wide == 1:
        return f"{vector(matrix[:, 0])} * {name}"
    if high == 1:
        return f"dot({vector(matrix[0])}, {name})"
    used = np.flatnonzero(matrix.any(axis=0))
    if len(used) < wide:  # such as the opacity of pictures in the first layer
        terms = [f"{vector(matrix[:, column])} * {name}.{'xyzw'[column]}" for column in used]
        return " + ".join(terms) or f"{TYPES[high]}(0.0)"
    kind = f"mat{wide}" if wide == high else f"mat{wide}x{high}"
    return f"{kind}({', '.join(number(float(value)) for value in matrix.T.ravel())}) * {name}"


def weighted(factors: Numbers, names: Sequence[str]) -> str:
    """The sum of variables times a number each."""
    text = ""
    for factor, name in zip(factors, names, strict=True):
        if factor:
            sign = " - " if factor < 0 else " + " if text else ""
            text += sign + ("" if abs(factor) == 1 else f"{number(abs(float(factor)))} * ") + name
    return text.strip()


def sum_text(whole: Sum, texels: Texels, known: Known = lambda _: None) -> str:
    """A sum.

    Args:
        whole: the sum.
        texels: the variables of texels.
        known: the variables of sums that have been computed.
    """
    variable = known(whole)
    if variable is not None:
        return variable
    terms = [f"({product(matrix, _named(atom, texels, known))})" for atom, matrix in whole.terms.items()]
    if whole.bias.any() or not terms:
        terms.insert(0, vector(whole.bias))
    return " + ".join(terms)


def atom_text(atom: Atom, texels: Texels, known: Known = lambda _: None) -> str:
    """The values of an atom."""
    if isinstance(atom, Texel):
        return texels(atom)
    inner = sum_text(atom.of, texels, known)
    if math.isinf(atom.high):
        return f"max({inner}, {number(atom.low)})"
    if math.isinf(atom.low):
        return f"min({inner}, {number(atom.high)})"
    return f"clamp({inner}, {number(atom.low)}, {number(atom.high)})"


def _named(atom: Atom, texels: Texels, known: Known) -> str:
    """An atom as an operand."""
    text = atom_text(atom, texels, known)
    return text if isinstance(atom, Texel) or text.endswith(")") else f"({text})"
