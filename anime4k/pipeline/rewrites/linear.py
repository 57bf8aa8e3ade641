"""Places in a picture as far as they can be told from the text: a factor of the own place and a range beside it."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

_ROUNDING = 1e-3
"""Texels by which the arithmetic of a device may be off."""


@dataclass(frozen=True)
class Linear:
    """A number that lies from scale * p + low to scale * p + high, where p is the middle of the own pixel on an axis.

    Attributes:
        axis: 0 = across, 1 = down, None = it does not depend on the own place.
        scale: 0 without an axis.
        low: see above.
        high: see above.
        whole: whether the number is an integer, the largest one up to what is said above.
        least: what it has been clamped to from below, minus infinity unless it has.
        most: what it has been clamped to from above.
    """

    axis: int | None
    scale: float
    low: float
    high: float
    whole: bool = False
    least: float = -math.inf
    most: float = math.inf

    @property
    def fixed(self) -> bool:
        """Whether it is the same for all pixels, within its range."""
        return self.axis is None

    @property
    def clamped(self) -> bool:
        """Whether it has been clamped."""
        return math.isfinite(self.least) or math.isfinite(self.most)


def constant(value: float, *, whole: bool = False) -> Linear:
    """A number."""
    return Linear(None, 0.0, value, value, whole)


def between(low: float, high: float, *, whole: bool = False) -> Linear:
    """A number of which only the range is known."""
    return Linear(None, 0.0, low, high, whole)


def as_float(x: Linear) -> Linear:
    """The same number as a float."""
    if not x.whole or (x.fixed and x.low == x.high):
        return replace(x, whole=False)
    if x.scale == 1.0 or x.fixed:
        # p is 1/2 more than an integer.
        half = 0.5 if x.axis is not None else 0.0
        low, high = math.floor(half + x.low) - half, math.floor(half + x.high) - half
        return replace(x, whole=False, low=low, high=high)
    return replace(x, whole=False, low=x.low - 1.0)


def floored(x: Linear) -> Linear:
    """The largest integer up to it."""
    if x.whole:
        return x
    return replace(
        x, whole=True, low=x.low - _ROUNDING, high=x.high + _ROUNDING, least=_floor(x.least), most=_floor(x.most)
    )


def truncated(x: Linear) -> Linear:
    """The integer part, which lies above negative numbers."""
    if x.whole or (x.fixed and x.low == x.high):
        return replace(x, whole=True) if x.whole else constant(math.trunc(x.low), whole=True)
    made = floored(x)
    negative = 0.5 * x.scale + x.low < -_ROUNDING and x.least < 0.0
    return replace(made, high=made.high + 1.0) if negative else made


def plus(a: Linear, b: Linear) -> Linear | None:
    """The sum, None where it cannot be told."""
    if not b.fixed or b.clamped:
        a, b = b, a
    if b.clamped:
        return None
    if not b.fixed:
        if a.clamped or a.axis != b.axis:
            return None
        a, b = as_float(a), as_float(b)
        scale = a.scale + b.scale
        if scale < 0.0:
            return None
        if abs(scale) < 1e-12:  # a difference of two places
            return Linear(None, 0.0, a.low + b.low, a.high + b.high)
        return Linear(a.axis, scale, a.low + b.low, a.high + b.high)
    if not (a.whole and b.whole):
        a, b = as_float(a), as_float(b)
    if a.clamped and b.low != b.high:
        return None
    return replace(a, low=a.low + b.low, high=a.high + b.high, least=a.least + b.low, most=a.most + b.low)


def minus(x: Linear) -> Linear | None:
    """The negative, None where it cannot be told."""
    if x.clamped:
        return None
    x, whole = as_float(x), x.whole
    if not x.fixed:
        return Linear(x.axis, -x.scale, -x.high, -x.low)
    return Linear(None, 0.0, -x.high, -x.low, whole)


def times(a: Linear, b: Linear) -> Linear | None:
    """The product, None where it cannot be told."""
    if not b.fixed or b.low != b.high:
        a, b = b, a
    if not b.fixed:
        return None
    whole = a.whole and b.whole
    a, b = as_float(a), as_float(b)
    if a.fixed:
        if a.clamped or b.clamped:
            return None
        ends = [x * y for x in (a.low, a.high) for y in (b.low, b.high)]
        return Linear(None, 0.0, min(ends), max(ends), whole)
    if b.low != b.high or b.low <= 0.0:
        return None
    by = b.low
    slack = _ROUNDING if whole else 0.0
    return Linear(a.axis, a.scale * by, a.low * by - slack, a.high * by + slack, whole, a.least * by, a.most * by)


def over(a: Linear, b: Linear) -> Linear | None:
    """The quotient, None where it cannot be told."""
    if not b.fixed or b.low != b.high or b.low <= 0.0:
        return None
    whole = a.whole and b.whole
    a = as_float(a)
    by = 1.0 / b.low
    made = Linear(a.axis, a.scale * by, a.low * by, a.high * by, False, a.least * by, a.most * by)
    return truncated(made) if whole else made


def clamped(x: Linear, least: Linear | None, most: Linear | None) -> Linear | None:
    """At least the one and at most the other, None where it cannot be told."""
    for end in (least, most):
        if end is not None and (not end.fixed or end.low != end.high or end.clamped):
            return None
    low = -math.inf if least is None else least.low
    high = math.inf if most is None else most.low
    if x.fixed:
        if x.clamped:
            return None
        return replace(x, low=min(max(x.low, low), high), high=min(max(x.high, low), high))
    return replace(x, least=min(max(x.least, low), high), most=min(max(x.most, low), high))


def hull(a: Linear, b: Linear) -> Linear | None:
    """One of both, None where that cannot be told."""
    if (a.axis, a.whole) != (b.axis, b.whole) or abs(a.scale - b.scale) > 1e-12:
        return None
    return replace(
        a, low=min(a.low, b.low), high=max(a.high, b.high), least=max(a.least, b.least), most=min(a.most, b.most)
    )


def _floor(x: float) -> float:
    return math.floor(x) if math.isfinite(x) else x
