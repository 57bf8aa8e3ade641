"""The colour that a user pass gives, told from its text where that is sums of matrices times values."""

from __future__ import annotations

import math
import re
from contextlib import suppress
from dataclasses import replace
from functools import lru_cache

import numpy as np

from anime4k.pipeline.parts import BoundTexture, PassParts
from anime4k.pipeline.plan import Size
from anime4k.pipeline.rewrites.expansion import arguments, expanded
from anime4k.pipeline.rewrites.expressions import UnknownError
from anime4k.pipeline.rewrites.names import settled_body
from anime4k.pipeline.rewrites.places import Places
from anime4k.pipeline.rewrites.sums import (
    MOST_ATOMS,
    Numbers,
    Sum,
    applied,
    bent,
    chosen,
    constants,
    negative,
    over,
    plus,
    stacked,
    texel,
    times,
)

_MOST_CHARACTERS = 2**18
_MOST_ADDED = 2**16
"""Matrices that a pass adds to others: more would take seconds."""
_TYPES = {"float": 1, "vec2": 2, "vec3": 3, "vec4": 4}
_QUALIFIERS = r"(?:const\s+)?(?:(?:high|medium|low)p\s+)?"
_FUNCTION = re.compile(rf"\s*{_QUALIFIERS}vec4\s+(\w+)\s*\(\s*(?:void)?\s*\)\s*\{{([^{{}}]*)\}}\s*")
_CONSTANT = re.compile(rf"\s*const\s+{_QUALIFIERS}(\w+)\s+(\w+)\s*=([^;{{}}]*);")
_RETURN = re.compile(r"\s*return\b(.*)", re.DOTALL)
_DECLARED = re.compile(rf"\s*{_QUALIFIERS}([iu]?vec[234]|float|u?int)\s+(?=\w)")
_ASSIGNED = re.compile(r"\s*(\w+)\s*(\+?)=(?!=)(.*)", re.DOTALL)
_LINE = re.compile(r"^[ \t]*#[ \t]*line\b.*$", re.MULTILINE)
_FLOAT = r"(?:(?:\d+\.\d*|\.\d+)(?:[eE][-+]?\d+)?|\d+[eE][-+]?\d+)[fF]?"
_WHOLE = r"(?:0|[1-9]\d{0,8})"
"""No octal number, and none that 32 bits do not hold."""
_NUMBER = rf"[-+]?(?:{_FLOAT}|{_WHOLE})"
_PLAIN_TERM = re.compile(
    rf"\s*(\w+)\s*\+=\s*vec4\(\s*({_NUMBER})\s*,\s*({_NUMBER})\s*,\s*({_NUMBER})\s*,\s*({_NUMBER})\s*\)\s*\*\s*"
    r"(\w+)\s*(?:\.\s*([xyzw]))?\s*"
)
"""What most lines of the files of networks are: evaluated without looking at every word."""
_TOKEN = re.compile(r"\s*(?:(\.?[0-9](?:[eE][-+]|[\w.])*)|([A-Za-z_]\w*)|(\S))")
"""Numbers as the preprocessor sees them, names, and marks."""
_LITERAL = re.compile(rf"({_FLOAT})|{_WHOLE}", re.ASCII)
_CHANGES = re.compile(r"=|\+\+|--")
"""What may change a variable within an expression."""
_LARGEST_FLOAT = float(np.finfo(np.float32).max)
_DEEPEST = 40


@lru_cache(maxsize=256)
def sum_of_pass(part: PassParts, size: Size) -> Sum | None:
    """The colour that a pass making a picture of this size gives; None = it is something else, or unknown."""
    body = settled_body(part)
    if body is None or len(body) > _MOST_CHARACTERS:
        return None
    try:
        code = _LINE.sub("", expanded("\n".join([*part.macros, body])))
        if len(code) > _MOST_CHARACTERS or "\\" in code:
            return None
        return _Pass(code, part, size).colour()
    except (UnknownError, RecursionError):
        return None


class _Pass:
    """Follows the statements of a pass one after the other; there may be neither branches nor loops."""

    def __init__(self, code: str, part: PassParts, size: Size) -> None:
        self._places = Places(code, part.bound, size)
        self._textures = {name: texture for texture in part.bound for name in texture.names}
        self._size = size
        self._values: dict[str, Sum | None] = {}
        self._widths: dict[str, int] = {}
        self._declared: set[str] = set()
        self._added = 0
        at = 0
        while constant := _CONSTANT.match(code, at):
            self._declare(constant[1], constant[2], constant[3])
            at = constant.end()
        function = _FUNCTION.fullmatch(code, at)
        if function is None or not re.fullmatch(rf"{function[1]}\(\)", part.result.strip()):
            raise UnknownError
        self._declared.clear()  # a function may declare names of constants outside of it again
        self._body = function[2]

    def colour(self) -> Sum:
        """What it gives.

        Raises:
            UnknownError: the text holds something else than sums.
        """
        statements = self._body.split(";")
        for number, statement in enumerate(statements):
            returned = _RETURN.fullmatch(statement)
            if returned:
                made = self.value(returned[1])
                if made.width != 4 or made.atoms > MOST_ATOMS or "".join(statements[number + 1 :]).strip():
                    raise UnknownError
                return made
            if statement.strip():
                self._run(statement)
        raise UnknownError

    def _run(self, statement: str) -> None:
        if term := _PLAIN_TERM.fullmatch(statement):
            name, a, b, c, d, factor, letter = term.groups()
            column, values = [float(part.rstrip("fF")) for part in (a, b, c, d)], self._get(factor)
            if letter is not None or values.width == 1:
                value = chosen(values, letter) if letter is not None else values
                self._assign(name, plus(self._get(name), times(constants(*column), value)))
                return
        declared = _DECLARED.match(statement)
        if declared:
            for text in arguments(statement + ";", declared.end(), ends=";"):
                new, sign, value_text = text.partition("=")
                if not re.fullmatch(r"\s*\w+\s*", new):
                    raise UnknownError
                self._declare(declared[1], new.strip(), value_text if sign else "")
            return
        assigned = _ASSIGNED.fullmatch(statement)
        if assigned is None or assigned[1] not in self._values:
            raise UnknownError
        made = self.value(assigned[3])
        self._assign(assigned[1], plus(self._get(assigned[1]), made) if assigned[2] else made)

    def _declare(self, kind: str, name: str, text: str) -> None:
        """A new name, without a value where only places are made of it, or where that is not understood."""
        if _CHANGES.search(text) or name in self._declared:
            raise UnknownError
        self._declared.add(name)
        made: Sum | None = None
        with suppress(UnknownError):
            made = self.value(text) if kind in _TYPES and text else None
        self._values[name], self._widths[name] = None, _TYPES.get(kind, 0)
        if made is not None:
            self._assign(name, made)

    def _assign(self, name: str, made: Sum) -> None:
        """Let a variable have a value; of an integer it becomes a float."""
        if made.width != self._widths[name]:
            raise UnknownError
        self._values[name] = replace(made, whole=False) if made.whole else made

    def _get(self, name: str) -> Sum:
        value = self._values.get(name)
        if value is None:
            raise UnknownError
        return value

    # -- expressions -----------------------------------------------------------------------------------

    def value(self, text: str) -> Sum:
        """What an expression comes to.

        Raises:
            UnknownError: it holds something else than sums.
        """
        reader = _Reader(text)
        made = self._sum(reader)
        if reader.next or not isinstance(made, Sum):
            raise UnknownError
        return made

    def _sum(self, reader: _Reader) -> Sum | Numbers:
        with reader:
            made = self._product(reader)
            while reader.next in ("+", "-"):
                sign, other = reader.take(), self._product(reader)
                if not isinstance(made, Sum) or not isinstance(other, Sum):
                    raise UnknownError
                self._added += len(other.terms)
                if self._added > _MOST_ADDED:
                    raise UnknownError
                made = plus(made, other if sign == "+" else negative(other))
            return made

    def _product(self, reader: _Reader) -> Sum | Numbers:
        made = self._sign(reader)
        while reader.next in ("*", "/"):
            mark, other = reader.take(), self._sign(reader)
            made = times(made, other) if mark == "*" else over(made, other)
        return made

    def _sign(self, reader: _Reader) -> Sum | Numbers:
        if reader.next in ("-", "+"):
            sign, made = reader.take(), self._sign(reader)
            if sign == "+":
                return made
            return negative(made) if isinstance(made, Sum) else -made
        made = self._simple(reader)
        while reader.next == ".":
            reader.take()
            if not isinstance(made, Sum):
                raise UnknownError
            made = chosen(made, reader.take())
        if reader.next == "[":
            raise UnknownError
        return made

    def _simple(self, reader: _Reader) -> Sum | Numbers:
        word = reader.take()
        if word == "(":
            made = self._sum(reader)
            reader.expect(")")
            return made
        if word[0] in ".0123456789":
            literal = _LITERAL.fullmatch(word)
            number = float(word.rstrip("fF")) if literal else math.inf
            if literal is None or number > _LARGEST_FLOAT:
                raise UnknownError
            return constants(number, whole=literal[1] is None)
        if reader.next != "(":
            return self._get(word)
        if word == "texelFetch" or word.endswith("_texOff"):
            return self._texel(word, reader.arguments())
        reader.expect("(")
        given: list[Sum] = []
        while reader.next != ")":
            if given:
                reader.expect(",")
            one = self._sum(reader)
            if not isinstance(one, Sum):
                raise UnknownError
            given.append(one)
        reader.take()
        return _called(word, given)

    def _texel(self, function: str, texts: list[str]) -> Sum:
        if function == "texelFetch":
            name, _, ending = texts[0].strip().rpartition("_")
            if len(texts) != 3 or ending != "raw" or texts[2].strip() != "0":
                raise UnknownError
            texture, mul = self._texture(name), 1.0
            across, down = self._beside(texts[1], (texture.size.width, texture.size.height))
        else:
            texture = self._texture(function.removesuffix("_texOff"))
            mul = texture.mul
            if len(texts) != 1 or not texture.fetched:
                raise UnknownError
            place = self._places.value(texts[0])
            if not isinstance(place, tuple) or not all(part.fixed and part.low == part.high for part in place):
                raise UnknownError
            across, down = (math.trunc(part.low) for part in (place * 2 if len(place) == 1 else place))
        if max(abs(across), abs(down)) > 1:
            raise UnknownError  # nobody asks for it, and there may be any number of them
        return texel(texture, across, down, mul)

    def _texture(self, name: str) -> BoundTexture:
        texture = self._textures.get(name)
        if texture is None or texture.size != self._size or texture.shift != (0.0, 0.0):
            raise UnknownError
        return texture

    def _beside(self, text: str, size: tuple[int, int]) -> tuple[int, int]:
        """How far beside the own pixel a texel lies that is fetched; it must be clamped where it may lie outside."""
        place = self._places.value(text)
        if not isinstance(place, tuple) or len(place) != 2:
            raise UnknownError
        found: list[int] = []
        for axis, (part, extent) in enumerate(zip(place, size, strict=True)):
            if part.axis != axis or part.scale != 1.0 or not part.whole or part.low != part.high or part.low % 1.0:
                raise UnknownError
            within = (part.least, part.most) == (0.0, extent - 1.0)
            if not within and (part.low or part.clamped):
                raise UnknownError
            found.append(int(part.low))
        return found[0], found[1]


class _Reader:
    """The words of an expression, one after the other."""

    def __init__(self, text: str) -> None:
        if _CHANGES.search(text):
            raise UnknownError
        self._text = text
        self._found = list(_TOKEN.finditer(text))
        self._at = 0
        self._depth = 0

    def __enter__(self) -> None:
        self._depth += 1
        if self._depth > _DEEPEST:
            raise UnknownError

    def __exit__(self, *_: object) -> None:
        self._depth -= 1

    @property
    def next(self) -> str:
        """The word that comes next, empty at the end."""
        if self._at >= len(self._found):
            return ""
        found = self._found[self._at]
        return found[found.lastindex or 0]

    def take(self) -> str:
        """The next word, and go on.

        Raises:
            UnknownError: the text ends.
        """
        word = self.next
        if not word:
            raise UnknownError
        self._at += 1
        return word

    def expect(self, mark: str) -> None:
        """Go on behind a mark.

        Raises:
            UnknownError: something else stands there.
        """
        if self.take() != mark:
            raise UnknownError

    def arguments(self) -> list[str]:
        """The texts in the brackets that come next, and go on behind them.

        Raises:
            UnknownError: the text ends.
        """
        self.expect("(")
        begin = self._found[self._at - 1].end()
        texts = arguments(self._text, begin)
        end = begin + sum(map(len, texts)) + len(texts)
        while self._at < len(self._found) and self._found[self._at].end() <= end:
            self._at += 1
        return texts


def _called(name: str, given: list[Sum]) -> Sum | Numbers:
    """A function of the language.

    Raises:
        UnknownError: its value is no sum.
    """
    if name == "mat4" and len(given) in (4, 16) and all(one.fixed for one in given):
        numbers = np.concatenate([one.bias for one in given])
        if len(numbers) == 16:
            return np.ascontiguousarray(numbers.reshape(4, 4).T)
    elif name in _TYPES and given:
        width = _TYPES[name]
        if len(given) == 1 and given[0].width == 1:
            return times(constants(*[1.0] * width), given[0])
        if sum(one.width for one in given) == width or (len(given) == 1 and given[0].width > width):
            return chosen(stacked(given), "xyzw"[:width])
    elif name == "dot" and len(given) == 2 and given[0].width == given[1].width:
        row, other = given if given[0].fixed else given[::-1]
        if row.fixed:
            return applied(row.bias[None, :], other)
    elif (name, len(given)) in (("max", 2), ("min", 2), ("clamp", 3)):
        if any(one.width not in (1, given[0].width) for one in given):
            raise UnknownError
        value, *ends = given if not given[0].fixed else given[::-1]
        limits = [float(end.bias[0]) for end in ends if end.fixed and (end.bias == end.bias[0]).all()]
        if len(limits) == len(ends) and (name != "clamp" or not given[0].fixed) and not value.fixed:
            low = -math.inf if name == "min" else limits[0]
            high = math.inf if name == "max" else limits[-1]
            return bent(value, low, high)
    raise UnknownError
