"""Convolutions of 3x3 by fewer multiplications, for a block of pixels at a time.

S. Winograd's minimal filtering: a polynomial product through its values at a few points needs m + 2 multiplications
for m sums of three terms instead of 3 m (A. Lavin and S. Gray, "Fast Algorithms for Convolutional Neural Networks",
2015). Across and down together a block of 4x2 pixels takes 24 instead of 72 multiplications for each pair of an input
and an output. Only the order of the sums differs, and what rounds in 32-bit floats: about 1e-6 of the largest term.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import lru_cache
from itertools import product

import numpy as np

from anime4k.pipeline.capabilities import Capabilities
from anime4k.pipeline.parts import Block, PassParts
from anime4k.pipeline.plan import Plan, Size, Step, StepKind
from anime4k.pipeline.program import ended, image_name, place_in_blocks, texture_name, textures_of
from anime4k.pipeline.rewrites import sumtext
from anime4k.pipeline.rewrites.colour import sum_of_pass
from anime4k.pipeline.rewrites.sums import Atom, Bent, Numbers, Sum, Texel
from anime4k.pipeline.rewrites.writing import written

FEWEST_PRODUCTS = 200
"""Multiply-adds of a pixel in convolutions of 3x3 from which on it pays."""

# Lavin and Gray's matrices: filters, sources and results of F(2, 3) and F(4, 3).
_FILTERS: dict[int, Numbers] = {
    2: np.array([[1, 0, 0], [1 / 2, 1 / 2, 1 / 2], [1 / 2, -1 / 2, 1 / 2], [0, 0, 1]]),
    4: np.array(
        [
            [1 / 4, 0, 0], [-1 / 6, -1 / 6, -1 / 6], [-1 / 6, 1 / 6, -1 / 6],
            [1 / 24, 1 / 12, 1 / 6], [1 / 24, -1 / 12, 1 / 6], [0, 0, 1],
        ]
    ),
}  # fmt: skip
_SOURCES: dict[int, Numbers] = {
    2: np.array([[1, 0, -1, 0], [0, 1, 1, 0], [0, -1, 1, 0], [0, 1, 0, -1]], np.float64),
    4: np.array(
        [
            [4, 0, -5, 0, 1, 0], [0, -4, -4, 1, 1, 0], [0, 4, -4, -1, 1, 0],
            [0, -2, -1, 2, 1, 0], [0, 2, -1, -2, 1, 0], [0, 4, 0, -5, 0, 1],
        ],
        np.float64,
    ),
}  # fmt: skip
_RESULTS: dict[int, Numbers] = {
    2: np.array([[1, 1, 1, 0], [0, 1, -1, -1]], np.float64),
    4: np.array([[1, 1, 1, 1, 1, 0], [0, 1, -1, 2, -2, 0], [0, 1, 1, 4, 4, 0], [0, 1, -1, 8, -8, 1]], np.float64),
}


def winograd(plan: Plan, capabilities: Capabilities) -> Plan:
    """Compute layers of networks by minimal filtering; only where the device says that blocks pay."""
    block = capabilities.winograd
    if block is None:
        return plan
    steps = tuple(
        written(plan, step, step.parts, block, statements(_plain(step.parts), step.size, block))
        if filters(step, capabilities)
        else step
        for step in plan.steps
    )
    return plan if steps == plan.steps else replace(plan, steps=steps)


def filters(step: Step, capabilities: Capabilities) -> bool:
    """Whether a step can be computed so and is better computed so."""
    if capabilities.winograd is None or not capabilities.compute:
        return False
    if step.kind is not StepKind.FRAGMENT or not step.parts or step.user_textures or step.buffers:
        return False
    layers = _layers(_plain(step.parts), step.size)
    return layers is not None and sum(each.products for each in layers) >= FEWEST_PRODUCTS


def _plain(parts: tuple[PassParts, ...]) -> tuple[PassParts, ...]:
    """Passes without what differs between plans of the same texts, so that what is told from them is remembered.

    Textures are numbered as the program numbers them; uniforms hold sizes of the output.
    """
    numbers: dict[int, int] = {}
    for texture in textures_of(parts):
        numbers.setdefault(texture.texture, len(numbers))
    return tuple(
        replace(
            part, desc="", uniforms=(), line=0,
            bound=tuple(replace(texture, texture=numbers[texture.texture]) for texture in part.bound),
        )
        for part in parts
    )  # fmt: skip


class _Layer:
    """A convolution of 3x3.

    Attributes:
        of: the sum that it is.
        around: matrices of what is read from neighbours, [down + 1, across + 1, value, value of the atom], by the atom
            at the own place.
        own: matrices of what is read at the own place alone.
    """

    def __init__(self, of: Sum, around: dict[Atom, Numbers], own: dict[Atom, Numbers]) -> None:
        self.of = of
        self.around = around
        self.own = own

    @property
    def products(self) -> int:
        """Multiply-adds of a pixel in what is read from neighbours."""
        return sum(int(np.count_nonzero(matrices)) for matrices in self.around.values())


@lru_cache(maxsize=256)
def _layers(parts: tuple[PassParts, ...], size: Size) -> tuple[_Layer, ...] | None:
    """The convolutions in passes; None when something else reads neighbours, or passes are not understood."""
    found: dict[Sum, _Layer] = {}
    for part in parts:
        made = sum_of_pass(part, size)
        if made is None or not _gather(made, found):
            return None
    return tuple(found.values())


def _gather(whole: Sum, found: dict[Sum, _Layer]) -> bool:
    """Put the convolutions of a sum into `found`; False when something else reads neighbours."""
    places = {atom: _place(atom) for atom in whole.terms}
    if any(place is not None and place != (0, 0) for place in places.values()):
        if whole not in found:
            layer = _layer(whole, places)
            if layer is None:
                return False
            found[whole] = layer
        return True
    return all(
        place is not None or (isinstance(atom, Bent) and _gather(atom.of, found)) for atom, place in places.items()
    )


def _layer(whole: Sum, places: dict[Atom, tuple[int, int] | None]) -> _Layer | None:
    matrices: dict[Atom, Numbers] = {}
    for atom, matrix in whole.terms.items():
        place = places[atom]
        if place is None or max(map(abs, place)) > 1 or len(_textures(atom)) != 1:
            return None
        own = _moved(atom, -place[0], -place[1])
        filled = matrices.setdefault(own, np.zeros((3, 3, whole.width, atom.width)))
        filled[place[1] + 1, place[0] + 1] += matrix
    around, alone = {}, {}
    for atom, matrix in matrices.items():
        beside = matrix.copy()
        beside[1, 1] = 0.0
        if beside.any():
            around[atom] = matrix
        else:
            alone[atom] = matrix[1, 1]
    return _Layer(whole, around, alone)


@lru_cache(maxsize=4096)
def _place(atom: Atom) -> tuple[int, int] | None:
    """Where all texels lie that an atom is made of; None when they lie at several places."""
    if isinstance(atom, Texel):
        return atom.x, atom.y
    places = {_place(one) for one in atom.of.terms}
    return places.pop() if len(places) == 1 else None


@lru_cache(maxsize=4096)
def _textures(atom: Atom) -> frozenset[int]:
    if isinstance(atom, Texel):
        return frozenset((atom.texture.texture,))
    return frozenset().union(*map(_textures, atom.of.terms))


@lru_cache(maxsize=4096)
def _moved(atom: Atom, x: int, y: int) -> Atom:
    if isinstance(atom, Texel):
        return Texel(atom.texture, atom.x + x, atom.y + y)
    terms = {_moved(one, x, y): matrix for one, matrix in atom.of.terms.items()}
    return Bent(Sum(terms, atom.of.bias), atom.low, atom.high)


@lru_cache(maxsize=64)
def statements(parts: tuple[PassParts, ...], size: Size, block: Block) -> str:
    """The statements that compute a block of pixels of every result image.

    Remembered, since a window that is resized plans the same passes again.
    """
    return "\n".join(_Writer(parts, size, block).lines())


class _Writer:
    def __init__(self, parts: tuple[PassParts, ...], size: Size, block: Block) -> None:
        self._layers = _layers(parts, size) or ()
        self._parts = parts
        self._results = [made for part in parts if (made := sum_of_pass(part, size))]
        self._samplers = {texture.texture: texture_name(n) for n, texture in enumerate(textures_of(parts))}
        self._block = block
        self._across, self._down = block.pixels
        self._grid = (self._across + 2, self._down + 2)
        self._numbers = {layer.of: number for number, layer in enumerate(self._layers)}
        self._made = 0

    def lines(self) -> Iterator[str]:
        """All statements."""
        across, down = self._grid
        yield from place_in_blocks(self._block)
        yield "ivec2 us_last = ivec2(us_out_size) - 1;"
        for axis, count in (("x", across), ("y", down)):
            for n in range(count):
                yield f"int us_{axis}{n} = clamp(us_first.{axis} + {n - 1}, 0, us_last.{axis});"
        points = list(product(range(down), range(across)))
        for layer in self._layers:
            kind = sumtext.TYPES[layer.of.width]
            for y, x in points:
                yield f"{kind} {self._value(layer, x, y)} = {kind}(0.0);"
        near = dict.fromkeys(t for layer in self._layers for atom in layer.around for t in sorted(_textures(atom)))
        for texture in near:
            yield from self._fetched(texture, points)
            features = dict.fromkeys(a for layer in self._layers for a in layer.around if texture in _textures(a))
            for feature in features:
                yield from self._transformed(feature, texture)
        far = {texture for layer in self._layers for atom in layer.own for texture in _textures(atom)}
        far |= {texture for result in self._results for texture in _own_textures(result)}
        for layer in self._layers:
            yield from self._combined(layer)
        for y, x in product(range(self._down), range(self._across)):
            for texture in sorted(far - set(near)):
                yield from self._fetched(texture, [(y + 1, x + 1)])
            for layer in self._layers:
                yield from self._finished(layer, x, y)
            for number, result in enumerate(self._results):
                text = sumtext.sum_text(result, _texels(x + 1, y + 1), self._whole(x, y))
                place = f"us_first + ivec2({x}, {y})"
                yield f"imageStore({image_name(number)}, {place}, {ended(self._parts[number], number, text, place)});"

    def _fetched(self, texture: int, points: list[tuple[int, int]]) -> Iterator[str]:
        for y, x in points:
            place = f"ivec2(us_x{x}, us_y{y})"
            yield f"vec4 {_texel(texture, x, y)} = texelFetch({self._samplers[texture]}, {place}, 0);"

    def _transformed(self, feature: Atom, texture: int) -> Iterator[str]:
        """Transform the window of a feature and add its products to the sums of every layer that reads it."""
        across, down = self._grid
        kind, number = sumtext.TYPES[feature.width], self._made
        self._made += 1
        for y, x in product(range(down), range(across)):
            text = sumtext.atom_text(feature, _texels(x, y))
            yield f"{kind} us_d{number}_{x}_{y} = {text};"
        rows, columns = _SOURCES[self._across], _SOURCES[self._down]
        for y, point in product(range(down), range(across)):
            text = sumtext.weighted(rows[point], [f"us_d{number}_{x}_{y}" for x in range(across)])
            yield f"{kind} us_e{number}_{point}_{y} = {text};"
        filtered = [
            (layer, np.einsum("ay,bx,yxoi->aboi", _FILTERS[self._down], _FILTERS[self._across], layer.around[feature]))
            for layer in self._layers
            if feature in layer.around
        ]
        for y, x in product(range(down), range(across)):
            text = sumtext.weighted(columns[y], [f"us_e{number}_{x}_{row}" for row in range(down)])
            yield f"{kind} us_u{number}_{x}_{y} = {text};"
            for layer, matrices in filtered:
                yield f"{self._value(layer, x, y)} += {sumtext.product(matrices[y, x], f'us_u{number}_{x}_{y}')};"

    def _combined(self, layer: _Layer) -> Iterator[str]:
        """The values of a layer at every pixel, from those at the points."""
        across, down = self._grid
        kind, number = sumtext.TYPES[layer.of.width], self._numbers[layer.of]
        for y, x in product(range(self._down), range(across)):
            text = sumtext.weighted(_RESULTS[self._down][y], [self._value(layer, x, row) for row in range(down)])
            yield f"{kind} us_f{number}_{x}_{y} = {text};"

    def _finished(self, layer: _Layer, x: int, y: int) -> Iterator[str]:
        kind, number = sumtext.TYPES[layer.of.width], self._numbers[layer.of]
        text = sumtext.weighted(_RESULTS[self._across][x], [f"us_f{number}_{n}_{y}" for n in range(self._grid[0])])
        own = sumtext.sum_text(Sum(layer.own, layer.of.bias), _texels(x + 1, y + 1))
        yield f"{kind} us_v{number}_{x}_{y} = {own} + ({text});"

    def _value(self, layer: _Layer, x: int, y: int) -> str:
        return f"us_m{self._numbers[layer.of]}_{x}_{y}"

    def _whole(self, x: int, y: int) -> sumtext.Known:
        """The names of sums that are convolutions, at a pixel."""
        return lambda of: f"us_v{self._numbers[of]}_{x}_{y}" if of in self._numbers else None


def _own_textures(whole: Sum) -> frozenset[int]:
    """The textures of which a result reads the own texel beside what its convolutions read."""
    found: frozenset[int] = frozenset()
    if any(_place(atom) not in (None, (0, 0)) for atom in whole.terms):
        return found
    for atom in whole.terms:
        if _place(atom) is not None:
            found |= _textures(atom)
        elif isinstance(atom, Bent):
            found |= _own_textures(atom.of)
    return found


def _texels(x: int, y: int) -> sumtext.Texels:
    """The names of texels at a place of the window."""
    return lambda atom: _texel(atom.texture.texture, x, y)


def _texel(texture: int, x: int, y: int) -> str:
    return f"us_r{texture}_{x}_{y}"
