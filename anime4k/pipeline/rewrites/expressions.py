"""Expressions of GLSL as far as places are made of them: numbers, vectors of two, arithmetic, clamping."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from anime4k.pipeline.rewrites import linear
from anime4k.pipeline.rewrites.linear import Linear

_FLOAT = r"(?:\d+\.\d*(?:[eE][+-]?\d+)?|\.\d+(?:[eE][+-]?\d+)?|\d+[eE][+-]?\d+)"
_TOKEN = re.compile(rf"\s*(?:({_FLOAT})[fF]?|(\d+)[uU]?|(\w+)|(.))")
_INTEGERS = frozenset({"int", "uint", "ivec2", "uvec2"})
_FLOATS = frozenset({"float", "vec2"})
_SWIZZLES = {"x": 0, "y": 1, "r": 0, "g": 1, "s": 0, "t": 1}
_DEEPEST = 40
MOST_CHARACTERS = 2000
"""Longer expressions stay unknown."""


@dataclass(frozen=True)
class Identity:
    """A matrix that changes nothing."""


Value = tuple[Linear, ...] | Identity | None
"""One or two numbers; None = unknown."""
Lookup = Callable[[str], Value]
Call = Callable[[str, list[str], "list[Value]"], Value]


class UnknownError(Exception):
    """The text is not of the kind that is understood."""


class Expression:
    """Evaluates one expression.

    Args:
        text: the expression, macros expanded.
        lookup: the values of names.
        call: the values of functions that are not among those of the language: name, argument texts, arguments.
    """

    def __init__(self, text: str, lookup: Lookup, call: Call) -> None:
        if len(text) > MOST_CHARACTERS:
            raise UnknownError
        self._text = text
        self._tokens: list[tuple[str, str, int, int]] = []
        for found in _TOKEN.finditer(text):
            for kind, group in (("float", 1), ("int", 2), ("name", 3), ("mark", 4)):
                if found[group] is not None and found[group].strip():
                    self._tokens.append((kind, found[group], found.start(group), found.end(group)))
        self._at = 0
        self._depth = 0
        self._lookup = lookup
        self._call = call

    def value(self) -> Value:
        """What it comes to.

        Raises:
            UnknownError: it holds something else.
        """
        made = self._sum()
        if self._at != len(self._tokens):
            raise UnknownError
        return made

    # -- the grammar -----------------------------------------------------------------------------------

    def _next(self) -> str:
        return self._tokens[self._at][1] if self._at < len(self._tokens) else ""

    def _take(self) -> tuple[str, str]:
        if self._at >= len(self._tokens):
            raise UnknownError
        kind, text, _, _ = self._tokens[self._at]
        self._at += 1
        return kind, text

    def _expect(self, mark: str) -> None:
        if self._take()[1] != mark:
            raise UnknownError

    def _sum(self) -> Value:
        self._depth += 1
        if self._depth > _DEEPEST:
            raise UnknownError
        made = self._product()
        while self._next() in ("+", "-"):
            sign, other = self._take()[1], self._product()
            made = _pairwise(made, other if sign == "+" else _each(other, linear.minus), linear.plus)
        self._depth -= 1
        return made

    def _product(self) -> Value:
        made = self._sign()
        while self._next() in ("*", "/"):
            mark, other = self._take()[1], self._sign()
            if mark == "*" and isinstance(made, Identity):
                made = other
            elif mark == "*" and isinstance(other, Identity):
                pass
            else:
                made = _pairwise(made, other, linear.times if mark == "*" else linear.over)
        return made

    def _sign(self) -> Value:
        if self._next() in ("-", "+"):
            return _each(self._sign(), linear.minus) if self._take()[1] == "-" else self._sign()
        return self._suffixed()

    def _suffixed(self) -> Value:
        made = self._simple()
        while self._next() == ".":
            self._take()
            letters = self._take()[1]
            if isinstance(made, tuple) and len(letters) <= 2 and all(
                _SWIZZLES.get(letter, len(made)) < len(made) for letter in letters
            ):
                made = tuple(made[_SWIZZLES[letter]] for letter in letters)
            else:
                made = None
        if self._next() == "[":
            raise UnknownError
        return made

    def _simple(self) -> Value:
        kind, text = self._take()
        if kind == "float":
            return (linear.constant(float(text)),)
        if kind == "int":
            if text[0] == "0" and len(text) > 1:
                raise UnknownError  # an octal number
            return (linear.constant(float(text), whole=True),)
        if text == "(":
            made = self._sum()
            self._expect(")")
            return made
        if kind != "name":
            raise UnknownError
        if self._next() != "(":
            return self._lookup(text)
        self._take()
        texts, values = self._arguments()
        return _known_function(text, values) if text in _KNOWN else self._call(text, texts, values)

    def _arguments(self) -> tuple[list[str], list[Value]]:
        texts: list[str] = []
        values: list[Value] = []
        while self._next() != ")":
            if texts:
                self._expect(",")
            begin = self._tokens[self._at][2] if self._at < len(self._tokens) else 0
            values.append(self._sum())
            texts.append(self._text[begin : self._tokens[self._at - 1][3]])
        self._take()
        return texts, values


def _each(value: Value, change: Callable[[Linear], Linear | None]) -> Value:
    if not isinstance(value, tuple):
        return None
    made = [change(part) for part in value]
    return None if any(part is None for part in made) else tuple(part for part in made if part is not None)


def _pairwise(a: Value, b: Value, change: Callable[[Linear, Linear], Linear | None]) -> Value:
    if not isinstance(a, tuple) or not isinstance(b, tuple):
        return None
    count = max(len(a), len(b))
    if len(a) not in (1, count) or len(b) not in (1, count):
        return None
    made = [change(a[n % len(a)], b[n % len(b)]) for n in range(count)]
    return None if any(part is None for part in made) else tuple(part for part in made if part is not None)


_KNOWN = _INTEGERS | _FLOATS | {"floor", "fract", "clamp", "min", "max"}


def _known_function(name: str, values: list[Value]) -> Value:
    if name in _INTEGERS or name in _FLOATS:
        parts: list[Linear] = []
        for value in values:
            if not isinstance(value, tuple):
                return None
            parts += value
        parts = [linear.truncated(part) if name in _INTEGERS else linear.as_float(part) for part in parts]
        count = 2 if name.endswith("2") else 1
        if len(parts) == 1 and count == 2:
            parts *= 2
        return tuple(parts[:count]) if len(parts) >= count else None
    if name == "floor" and len(values) == 1:
        return _each(values[0], lambda part: linear.as_float(linear.floored(linear.as_float(part))))
    if name == "fract" and len(values) == 1 and isinstance(values[0], tuple):
        return tuple(linear.between(0.0, 1.0) for _ in values[0])
    if name == "clamp" and len(values) == 3:
        low = _pairwise(values[0], values[1], lambda part, end: linear.clamped(part, end, None))
        return _pairwise(low, values[2], lambda part, end: linear.clamped(part, None, end))
    if name in ("min", "max") and len(values) == 2:
        a, b = values
        if isinstance(a, tuple) and all(part.fixed for part in a):
            a, b = b, a
        if name == "min":
            return _pairwise(a, b, lambda part, end: linear.clamped(part, None, end))
        return _pairwise(a, b, lambda part, end: linear.clamped(part, end, None))
    return None
