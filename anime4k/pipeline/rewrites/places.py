"""Which texels of its textures a user pass reads, told from its text; unknown wherever the text is not plain."""

from __future__ import annotations

import re
from collections import Counter
from functools import lru_cache

from anime4k.pipeline.parts import BoundTexture, PassParts
from anime4k.pipeline.plan import Size
from anime4k.pipeline.reach import SLACK, Along, Reach, Reaches
from anime4k.pipeline.rewrites import linear
from anime4k.pipeline.rewrites.expansion import arguments, expanded
from anime4k.pipeline.rewrites.expressions import Expression, Identity, UnknownError, Value
from anime4k.pipeline.rewrites.linear import Linear
from anime4k.pipeline.rewrites.names import settled_body

_MOST_CHARACTERS = 2**18
_DEEPEST = 24
"""Names that are made of names."""
_UNCLEAR = re.compile(
    r"\b(?:dFd[xy]\w*|fwidth\w*|discard|interpolateAt\w+|gl_(?!FragCoord\b)\w+|sampler\w*|us_tex\d+|imageLoad\w*|inout|out|modf|frexp)\b"
)
"""Where a pixel may depend on what its neighbours do, or textures are handed on."""
_TYPE = r"(?:const\s+)?(?:(?:high|medium|low)p\s+)?(?:float|u?int|[iu]?vec2)"
_DECLARATION = re.compile(rf"(?:^|[;{{}})])\s*{_TYPE}\s+(?=\w+\s*(?:=|;|,))")
_NAME = re.compile(r"\s*(\w+)\s*")
_SET = re.compile(
    r"\b(\w+)\s*(?:\.\s*\w+\s*|\[[^\]]*\]\s*)*(?:[-+*/%&|^]|<<|>>)?=(?!=)|\b(\w+)\s*(?:\+\+|--)|(?:\+\+|--)\s*(\w+)"
)
_HEAD = re.compile(r"\b(?!else\b|return\b)\w+\s+(?!if\b|for\b|while\b|switch\b)\w+\s*\(([^(){};]*)\)\s*\{")
_LOOP = re.compile(
    r"\bfor\s*\(\s*(?:int|float)\s+(\w+)\s*=([^;]*);\s*\1\s*(<=?)([^;]*);\s*(?:\1\s*\+\+|\+\+\s*\1|\1\s*\+=\s*1(?:\.0*)?)\s*\)"
)
_TEXTURE_WORD = re.compile(r"\b\w+_(?:raw|tex|texOff|gather)\b")
_CALL = re.compile(r"\b(\w+(?:_tex|_texOff|_gather)|texture\w*|texelFetch)\s*\(")
_READS = ("texelFetch", "texture", "textureLod", "textureGather")
_FACTS = ("textureSize",)


@lru_cache(maxsize=512)
def reaches_of_pass(part: PassParts, size: Size) -> Reaches | None:
    """What a pass that makes a picture of this size depends on; None = unknown."""
    body = settled_body(part)
    if body is None or len(body) > _MOST_CHARACTERS:
        return None
    try:
        code = expanded("\n".join([*part.macros, body]))
        return Places(code, part.bound, size).reaches()
    except (UnknownError, RecursionError):
        return None


class Places:
    """The places in the textures of a pass that its expressions mean.

    Args:
        code: the text, macros expanded (`expansion.expanded`).
        bound: its textures.
        size: of the picture that it makes.

    Raises:
        UnknownError: places cannot be told from such a text.
    """

    def __init__(self, code: str, bound: tuple[BoundTexture, ...], size: Size) -> None:
        if _UNCLEAR.search(code):
            raise UnknownError
        self._names = {name: texture for texture in bound for name in texture.names}
        self._size = size
        self._parameters = {
            words[-1] for head in _HEAD.findall(code) for one in head.split(",") if (words := re.findall(r"\w+", one))
        }
        self._loops: dict[str, list[tuple[str, str, str]]] = {}
        for name, first, sign, last in _LOOP.findall(code):
            self._loops.setdefault(name, []).append((first, sign, last))
        self._code = _LOOP.sub(" ", code)
        self._set: dict[str, int] = {}
        for names in _SET.findall(self._code):
            name = next(filter(None, names))
            self._set[name] = self._set.get(name, 0) + 1
        self._texts = self._declarations()
        self._values: dict[str, Value] = {}
        self._busy: set[str] = set()
        self._known: dict[str, Value] = {}

    def reaches(self) -> Reaches:
        """Everything that is read.

        Raises:
            UnknownError: something is read at a place that cannot be told.
        """
        found: dict[tuple[int, Reach], None] = {}
        consumed: dict[str, int] = {}
        for call in _CALL.finditer(self._code):
            function = call[1]
            name, _, ending = function.rpartition("_")
            if name in self._names and ending in ("tex", "texOff", "gather"):
                consumed[function] = consumed.get(function, 0) + 1
                texts = arguments(self._code, call.end())
                found[self._names[name].texture, self._read(self._names[name], ending, texts[0], name)] = None
            elif function in _READS or function in _FACTS:
                texts = arguments(self._code, call.end())
                name = texts[0].strip().removesuffix("_raw")
                if name not in self._names or not texts[0].strip().endswith("_raw"):
                    continue  # a texture of the file; one that we do not know is found below
                consumed[f"{name}_raw"] = consumed.get(f"{name}_raw", 0) + 1
                if function in _READS:
                    ending = {"texelFetch": "fetch", "textureGather": "gather"}.get(function, "tex")
                    found[self._names[name].texture, self._read(self._names[name], ending, texts[1], name)] = None
        for word, count in Counter(_TEXTURE_WORD.findall(self._code)).items():
            if word.rpartition("_")[0] in self._names and count != consumed.get(word, 0):
                raise UnknownError  # it is handed on
        return tuple(found)

    # -- one read --------------------------------------------------------------------------------------

    def _read(self, texture: BoundTexture, how: str, text: str, name: str) -> Reach:
        place = self.value(text)
        size = (texture.size.width, texture.size.height)
        if how == "texOff" and isinstance(place, tuple) and texture.fetched:
            place = self._sum(self._own(), tuple(linear.truncated(part) for part in _two(place)))
            how = "fetch"
        elif how == "texOff" and isinstance(place, tuple):
            own = self._lookup(f"{name}_pos")
            texels = [linear.constant(1.0 / n) for n in size]
            steps = tuple(linear.times(part, texel) for part, texel in zip(_two(place), texels, strict=True))
            place = self._sum(own, tuple(step for step in steps if step is not None))
        if not isinstance(place, tuple) or len(place) != 2:
            raise UnknownError
        across, down = (_along(part, axis, how, n) for axis, (part, n) in enumerate(zip(place, size, strict=True)))
        return Reach(across, down)

    def _sum(self, a: Value, b: Value) -> Value:
        if not isinstance(a, tuple) or not isinstance(b, tuple) or len(a) != len(b):
            return None
        made = tuple(linear.plus(x, y) for x, y in zip(a, b, strict=True))
        return None if None in made else tuple(part for part in made if part is not None)

    def _own(self) -> tuple[Linear, Linear]:
        """The own pixel as integers."""
        return Linear(0, 1.0, 0.0, 0.0, True), Linear(1, 1.0, 0.0, 0.0, True)

    # -- values ----------------------------------------------------------------------------------------

    def value(self, text: str) -> Value:
        """What an expression comes to."""
        if text not in self._known:
            try:
                self._known[text] = Expression(text, self._lookup, self._call).value()
            except UnknownError:
                self._known[text] = None
        return self._known[text]

    def _call(self, name: str, texts: list[str], values: list[Value]) -> Value:
        if name == "us_beside" and len(values) == 1:
            return self._sum(self._own(), values[0])
        if name == "textureSize" and texts and texts[0].strip().removesuffix("_raw") in self._names:
            size = self._names[texts[0].strip().removesuffix("_raw")].size
            return (linear.constant(size.width, whole=True), linear.constant(size.height, whole=True))
        if name.endswith("_map") and name[:-4] in self._names and isinstance(values[0], tuple):
            texture = self._names[name[:-4]]
            return tuple(
                _moved(linear.as_float(part), 0.5, 1.0 / n, shift)
                for part, n, shift in zip(_two(values[0]), self._out, texture.shift, strict=True)
            )
        return None

    @property
    def _out(self) -> tuple[float, float]:
        return float(self._size.width), float(self._size.height)

    def _lookup(self, name: str) -> Value:
        if name in ("us_here", "us_pixel", "gl_FragCoord"):
            if name in self._set or name in self._texts:
                return None
            return self._own() if name == "us_here" else (Linear(0, 1.0, 0.0, 0.0), Linear(1, 1.0, 0.0, 0.0))
        if name == "us_out_size":
            return tuple(linear.constant(n) for n in self._out)
        texture, _, ending = name.rpartition("_")
        if texture in self._names and ending in ("pos", "size", "pt", "off", "rot"):
            return self._fact(self._names[texture], ending)
        if name not in self._values:
            if name in self._busy or len(self._busy) > _DEEPEST:
                return None
            self._busy.add(name)
            self._values[name] = self._variable(name)
            self._busy.discard(name)
        return self._values[name]

    def _fact(self, texture: BoundTexture, ending: str) -> Value:
        size = (float(texture.size.width), float(texture.size.height))
        if ending == "rot":
            return Identity()
        if ending == "pos":
            return tuple(
                Linear(axis, 1.0 / n, shift, shift)
                for axis, (n, shift) in enumerate(zip(self._out, texture.shift, strict=True))
            )
        if ending == "off":
            return tuple(linear.constant(part) for part in texture.origin)
        return tuple(linear.constant(n if ending == "size" else 1.0 / n) for n in size)

    def _variable(self, name: str) -> Value:
        """A name that gets its value where it is declared, and keeps it."""
        texts, loops = self._texts.get(name, []), self._loops.get(name, [])
        if name in self._parameters or self._set.get(name, 0) != len(texts):
            return None
        values: list[Value] = [self.value(text) for text in texts]
        values += [self._counted(*loop) for loop in loops]
        if not values or any(not isinstance(value, tuple) for value in values):
            return None
        made: list[Linear] = list(values[0]) if isinstance(values[0], tuple) else []
        for other in values[1:]:
            if not isinstance(other, tuple) or len(other) != len(made):
                return None
            joined = [linear.hull(a, b) for a, b in zip(made, other, strict=True)]
            if None in joined:
                return None
            made = [part for part in joined if part is not None]
        return tuple(made)

    def _counted(self, first: str, sign: str, last: str) -> Value:
        """What the counter of a loop runs through."""
        begin, end = self.value(first), self.value(last)
        if not isinstance(begin, tuple) or not isinstance(end, tuple) or len(begin) != 1 or len(end) != 1:
            return None
        (low,), (high,) = begin, end
        if not (low.fixed and high.fixed):
            return None
        behind = 1.0 if low.whole and sign == "<" else 0.0
        return (linear.between(low.low, max(low.low, high.high - behind), whole=low.whole),)

    def _declarations(self) -> dict[str, list[str]]:
        """The texts of the values with which names are declared; of a name without one there is none."""
        found: dict[str, list[str]] = {}
        for declaration in _DECLARATION.finditer(self._code):
            kind = re.findall(r"\w+", declaration[0])[-1]
            for text in arguments(self._code, declaration.end(), ends=";{}"):
                name = _NAME.match(text)
                rest = text[name.end() :].strip() if name else ""
                if name and rest.startswith("="):
                    # What is declared as an integer is one, and what is not, is not.
                    found.setdefault(name[1], []).append(f"{kind}({rest[1:]})")
        return found


def _two(value: tuple[Linear, ...]) -> tuple[Linear, ...]:
    return value * 2 if len(value) == 1 else value


def _moved(x: Linear, by: float, scale: float, shift: float) -> Linear:
    moved = linear.plus(x, linear.constant(by))
    scaled = linear.times(moved, linear.constant(scale)) if moved else None
    made = linear.plus(scaled, linear.constant(shift)) if scaled else None
    if made is None:
        raise UnknownError
    return made


def _along(place: Linear, axis: int, how: str, extent: int) -> Along:
    """Texels along an axis for a read at a place.

    Args:
        place: whole texels for "fetch", else in texture space.
        axis: 0 = across.
        how: "fetch", or how it is filtered.
        extent: texels of the texture.
    """
    if place.axis != axis or place.scale <= 0.0 or (how == "fetch") != place.whole:
        raise UnknownError
    if how == "fetch":
        slack, spread, least, most = 0.0, 0.0, place.least, place.most
        scale, low, high = place.scale, place.low, place.high
    else:
        scale, low, high = (part * extent for part in (place.scale, place.low, place.high))
        slack, spread = SLACK, 0.5
        least, most = place.least * extent - 0.5, place.most * extent - 0.5
    # What is clamped within the texture would be read where nothing of the place tells.
    if least > 1e-3 or most < extent - 1 - 1e-3:
        raise UnknownError
    return Along(scale, low - spread - slack, high + spread + slack)
