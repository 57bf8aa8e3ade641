"""Sums of products as GLSL: chains of multiply-adds with the weights as literals.

One chain is written for every four values of a layer, `r += vec4(weights of one feature) * feature`, since that is
one fused instruction for each weight; a product of a matrix and a vector takes one more for every four of them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from anime4k.networks.graph import LUMA_WEIGHTS, SOURCE, Activation, Conv, Source, Weights

DIGITS = 6
"""Significant digits of weights."""

HALF_FLOAT = "65504.0"
"""The largest number that textures between passes hold."""

MOST_ADDED = "1.0"
"""How far black and white are apart: a doubler adds no more to a pixel."""

GREY = f"const vec3 GREY = vec3({', '.join(map(str, LUMA_WEIGHTS))}); // of red, green and blue in the brightness\n"

TYPES = ("", "float", "vec2", "vec3", "vec4")
PARTS = "xyzw"


@dataclass(frozen=True)
class Texture:
    """Up to four stored values of a pixel, or the picture.

    Attributes:
        layer: name of the layer they belong to, or `SOURCE`.
        first: number of the first of them in the layer.
        count: how many there are.
    """

    layer: str
    first: int
    count: int

    @property
    def group(self) -> int:
        """Which four of the layer."""
        return self.first // 4


def textures(name: str, outputs: int) -> tuple[Texture, ...]:
    """The values of a layer, four at a time."""
    return tuple(Texture(name, first, min(4, outputs - first)) for first in range(0, outputs, 4))


def number(value: float) -> str:
    """A literal of `DIGITS` significant digits, without needless zeros, such as `-.25`, `0.` or `3.5e-7`."""
    text = f"{value:.{DIGITS}g}".replace("e-0", "e-").replace("e+0", "e+")
    if "e" in text:
        return text
    if float(text) == 0.0:
        return "0."
    if "." not in text:
        return f"{text}."
    return re.sub(r"^(-?)0(?=\.)", r"\1", text)


def vector(values: Weights) -> str:
    """Up to four numbers as a vector, one as itself."""
    texts = [number(float(value)) for value in values]
    if len(texts) == 1:
        return texts[0]
    if len(set(texts)) == 1:
        texts = texts[:1]
    return f"{TYPES[len(values)]}({', '.join(texts)})"


@dataclass(frozen=True)
class Sum:
    """One chain: some values of a layer, and the variable that they add up in."""

    layer: Conv
    values: Texture
    variable: str

    @property
    def start(self) -> str:
        """The line that declares the variable."""
        bias = self.layer.bias[self.values.first : self.values.first + self.values.count]
        kind = TYPES[self.values.count]
        start = vector(bias)
        return f"{kind} {self.variable} = {start if start.startswith(kind) else f'{kind}({start})'};"

    def add(self, features: Weights, feature: str) -> Iterator[str]:
        """The line that adds one feature with its weights; none when they are all zero."""
        weights = features[self.values.first : self.values.first + self.values.count]
        if weights.any():
            yield f"{self.variable} += {vector(weights)} * {feature};"


def sums(layer: Conv, variable: str) -> tuple[Sum, ...]:
    """The chains of all values of a layer."""
    return tuple(Sum(layer, values, f"{variable}{values.group}") for values in textures(layer.name, layer.outputs))


class Tap(NamedTuple):
    """A place of a kernel, from the own pixel."""

    x: int
    y: int


def taps(layer: Conv) -> tuple[Tap, ...]:
    """The places of the kernel of a layer, in rows."""
    tall, wide = layer.weights.shape[2:]
    return tuple(Tap(x - wide // 2, y - tall // 2) for y in range(tall) for x in range(wide))


def products(
    chains: tuple[Sum, ...], right: int, down: int, values: Texture, counts: Mapping[str, int], x: str, width: int
) -> Iterator[str]:
    """The lines that add what one pixel of one texture gives to the sums of all layers that read it.

    They use a variable `p`, followed by `width` unless that is 4.

    Args:
        chains: the sums; those of layers that do not read the texture there are left alone.
        right: where the pixel lies from the own one.
        down: likewise.
        values: the texture.
        counts: values of every layer.
        x: the variable that holds them.
        width: its number of components.
    """
    shares = [(chain, *share) for chain in chains for share in _shares(chain.layer, values, right, down, counts)]
    for sign in ("", "+", "-"):
        name = read_variable(width) if sign else x
        lines: list[str] = []
        for part in range(values.count):
            feature = name if width == 1 else f"{name}.{PARTS[part]}"
            for chain, kind, weights in shares:
                lines += chain.add(weights[:, part], feature) if kind == sign else ()
        if lines and sign:
            yield f"{name} = max({sign.strip('+')}{x}, 0.0);"
        yield from lines


def _shares(
    layer: Conv, values: Texture, right: int, down: int, counts: Mapping[str, int]
) -> Iterator[tuple[str, Weights]]:
    """(sign of the part that is used, weights) of what a layer does with a pixel; nothing if it does not read it."""
    tall, wide = layer.weights.shape[2:]
    if values.layer not in layer.inputs or abs(right) > wide // 2 or abs(down) > tall // 2:
        return
    before = layer.inputs[: layer.inputs.index(values.layer)]
    first = values.first + sum(counts[name] * (1 if name == SOURCE else layer.activation.fold) for name in before)
    weights = layer.weights[:, first:, down + tall // 2, right + wide // 2]
    activation = Activation.NONE if values.layer == SOURCE else layer.activation
    yield ("" if activation is Activation.NONE else "+"), weights
    if activation is Activation.CRELU:
        yield "-", weights[:, counts[values.layer] :]


def read_variable(width: int) -> str:
    """The variable for activated values of this many components."""
    return "p" if width == 4 else f"p{width}"


def seen(source: Source, colour: str) -> str:
    """What the first layers see of a colour, limited as `networks.numpy` limits it."""
    return f"clamp({f'dot({colour}, GREY)' if source is Source.LUMA else colour}, 0.0, 1.0)"


def source_texture(source: Source) -> Texture:
    """The picture as a texture: one value, or red, green and blue."""
    return Texture(SOURCE, 0, source.value)
