"""The fragment form of a network: one pass for every four values of a layer, OpenGL 4.1 and GLSL 1.30.

A pass fetches every texel once, with coordinates that are clamped once for all textures, and activates it in
registers. Passes of one layer stand side by side and bind the same textures.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from anime4k.networks.glsl.arithmetic import (
    GREY,
    HALF_FLOAT,
    MOST_ADDED,
    PARTS,
    TYPES,
    Sum,
    Tap,
    Texture,
    products,
    read_variable,
    seen,
    source_texture,
    sums,
    taps,
    textures,
)
from anime4k.networks.glsl.steps import Step, steps, values_of
from anime4k.networks.glsl.text import FALLBACK, SHARE, block, double, gate, header, indented, parameter, prefix
from anime4k.networks.graph import SOURCE, Base, Network, Source

MOST_BINDS = 16
"""Textures of a pass, by the rules of the format."""

_MOST_AT_ONCE = MOST_BINDS - 1
"""Textures that a pass can read if it is the only one for its values; one more may be the picture."""


def fragment(network: Network) -> str:
    """The text of a user shader that evaluates a network in fragment passes.

    Raises:
        UsageError: a layer reads something twice.
    """
    writer = _Writer(network, prefix(network.name), values_of(network))
    passes: list[_Pass] = []
    for step in steps(network, most_outputs=4, most_textures=_MOST_AT_ONCE):
        passes += writer.step(step)
    if network.scale == 2:
        passes.append(writer.enlarging())
    return "".join(
        [_header(network, passes), *(block(made.directives, made.body) for made in passes), parameter(network)]
    )


@dataclass(frozen=True)
class _Pass:
    """A pass, and how many texels it reads for each pixel of the source."""

    directives: tuple[str, ...]
    body: str
    reads: int


def _header(network: Network, passes: Sequence[_Pass]) -> str:
    count = len(passes)
    sizes = f"{count} passes at the size of the picture" if count > 1 else "one pass"
    if network.scale == 2:
        sizes = f"{count} passes, all but the last at the size of the source"
    runs_in = ["Runs in: mpv 0.35 and later (vo=gpu and gpu-next), libplacebo, the anime4k player; "
               "GLSL 1.30, OpenGL 4.1."]  # fmt: skip
    return header(network, network.name, sizes, sum(made.reads for made in passes), runs_in)


@dataclass(frozen=True)
class _Writer:
    """The passes of one network.

    Attributes:
        network: what is written.
        prefix: of texture names.
        counts: values of every layer.
    """

    network: Network
    prefix: str
    counts: dict[str, int]

    def name(self, texture: Texture) -> str:
        """The texture that a pass binds."""
        if texture.layer == SOURCE:
            return "HOOKED"
        names = [layer.name for layer in self.network.layers]
        if texture.layer == names[-1]:
            return f"{self.prefix}_R"
        return f"{self.prefix}_F{names.index(texture.layer) + 1}_{texture.group}"

    def textures(self, layers: Iterable[str]) -> tuple[Texture, ...]:
        """The textures with the values of some layers."""
        found: list[Texture] = []
        for layer in layers:
            whole = textures(layer, self.counts[layer])
            found += (source_texture(self.network.source),) if layer == SOURCE else whole
        return tuple(found)

    def step(self, step: Step) -> Iterator[_Pass]:
        """The passes that evaluate a step."""
        needed = self.textures(step.inputs)
        for chain in sums(step.layer, "r"):
            done = False
            for part in _parts(needed):
                yield self._step_pass(step, chain, part, more=part[-1] is not needed[-1], done=done)
                done = True

    def _step_pass(self, step: Step, chain: Sum, part: tuple[Texture, ...], more: bool, done: bool) -> _Pass:
        """A pass that gives up to four values of a layer, or a part of their sums.

        Args:
            step: the step.
            chain: the values.
            part: textures whose share is added.
            more: whether others are still missing.
            done: whether others have been added before.
        """
        last = step.layer is self.network.layers[-1] and not more
        final = last and self.network.scale == 1
        target = self.name(chain.values)
        binds = [self.name(texture) for texture in part] + ([target] if done else [])
        binds += ["HOOKED"] if final and "HOOKED" not in binds else []
        values = f"value {chain.values.first + 1}" if chain.values.count == 1 else (
            f"values {chain.values.first + 1} to {chain.values.first + chain.values.count}"
        )  # fmt: skip
        layers = f"layer {step.number}" if step.inner is None else f"layers {step.number - 1} and {step.number}"
        desc = f"{self.network.name}: {layers} of {len(self.network.layers)}, {values}"
        desc += ", a part" if more else ", the rest" if done else ""
        directives = ["HOOK MAIN", *(f"BIND {name}" for name in binds)]
        directives += [] if final else [f"SAVE {target}", "COMPONENTS 4"]
        directives += [*gate(self.network), f"DESC {desc}"]

        reach = max(layer.radius for layer in step.layers)
        lines = [f"ivec2 at = ivec2({binds[0]}_pos * {binds[0]}_size), last = ivec2({binds[0]}_size) - 1;"]
        if reach:
            lines += [*_coordinates("x", reach), *_coordinates("y", reach)]
        else:
            lines[0] = lines[0].split(", last")[0] + ";"
            lines.append("int x0 = at.x, y0 = at.y;")
        lines += self._variables(step, part)
        inner = () if step.inner is None else sums(step.inner, "h")
        lines += [each.start for each in inner]
        if done:
            components = PARTS[: chain.values.count]
            lines.append(f"{TYPES[chain.values.count]} {chain.variable} = "
                         f"texelFetch({target}_raw, at, 0).{components};")  # fmt: skip
        else:
            lines.append(chain.start)
        reads = self._taps(lines, step, (*inner, chain), part, reach) + (1 if done else 0)
        for each in inner:
            lines += products((chain,), 0, 0, each.values, self.counts, each.variable, each.values.count)
        if final:
            off = "HOOKED_tex(HOOKED_pos)"
            lines += ["vec4 plain = HOOKED_tex(HOOKED_pos);",
                      f"return plain + vec4(vec3({SHARE} * {chain.variable}), 0.0);"]  # fmt: skip
            reads += 1
        else:
            off = "vec4(0.0)"
            most = MOST_ADDED if last else HALF_FLOAT
            clamped = f"clamp({chain.variable}, -{most}, {most})"
            padding = ", 0.0" * (4 - chain.values.count)
            lines.append(f"return vec4({clamped}{padding});" if padding else f"return {clamped};")
        head = FALLBACK + ("\n" + GREY if self.network.source is Source.LUMA and "HOOKED" in binds else "")
        body = f"{head}\nvec4 hook() {{\n#if strength == 0\n    return {off};\n#else\n{indented(lines)}#endif\n}}\n"
        return _Pass(tuple(directives), body, reads)

    def _variables(self, step: Step, part: tuple[Texture, ...]) -> Iterator[str]:
        """Declarations of what the products use."""
        if any(texture.layer == SOURCE for texture in part):
            yield "float s;" if self.network.source is Source.LUMA else "vec3 s;"
        if any(texture.layer != SOURCE for texture in part):
            yield "vec4 x, p;"
        if step.inner is not None:
            widths = {chain.values.count for chain in sums(step.inner, "h")}
            fetched = any(texture.layer != SOURCE for texture in part)
            for width in sorted(widths - ({4} if fetched else set())):
                yield f"{TYPES[width]} {read_variable(width)};"

    def _taps(
        self, lines: list[str], step: Step, chains: tuple[Sum, ...], part: tuple[Texture, ...], reach: int
    ) -> int:
        """Append the reads of some textures and the products of what is read; returns the number of reads."""
        reads = 0
        for texture in part:
            places = {place for layer in step.layers if texture.layer in layer.inputs for place in taps(layer)}
            for tap in sorted(places, key=lambda place: (place.y, place.x)):
                variable = "s" if texture.layer == SOURCE else "x"
                width = self.counts[SOURCE] if texture.layer == SOURCE else 4
                added = list(products(chains, tap.x, tap.y, texture, self.counts, variable, width))
                if added:
                    lines += [f"{variable} = {self._fetch(texture, tap, reach)};", *added]
                    reads += 1
        return reads

    def _fetch(self, texture: Texture, tap: Tap, reach: int) -> str:
        texel = f"texelFetch({self.name(texture)}_raw, ivec2(x{tap.x + reach}, y{tap.y + reach}), 0)"
        if texture.layer != SOURCE:
            return texel
        return seen(self.network.source, f"{texel}.rgb")

    def enlarging(self) -> _Pass:
        """The pass that puts the values in their places and adds the picture."""
        change = self.name(self.textures([self.network.layers[-1].name])[0])
        nearest = self.network.base is Base.NEAREST
        lines = [
            "vec2 place = HOOKED_pos * HOOKED_size;",
            "ivec2 at = ivec2(place);",
            "vec2 part = step(0.5, place - vec2(at));",
            f"vec4 four = texelFetch({change}_raw, at, 0);",
            "vec2 pair = mix(four.xz, four.yw, part.x);",
            "float change = mix(pair.x, pair.y, part.y);",
        ]
        if nearest:
            lines.append("change += dot(texelFetch(HOOKED_raw, at, 0).rgb - plain.rgb, GREY);")
        lines.append(f"return plain + vec4(vec3({SHARE} * change), 0.0);")
        directives = ("HOOK MAIN", "BIND HOOKED", f"BIND {change}", *double(self.network), *gate(self.network))
        directives += (f"DESC {self.network.name}: enlarge and add the differences",)
        body = FALLBACK + ("\n" + GREY if nearest else "")
        body += "\nvec4 hook() {\n    vec4 plain = HOOKED_tex(HOOKED_pos);\n"
        body += f"#if strength == 0\n    return plain;\n#else\n{indented(lines)}#endif\n}}\n"
        return _Pass(directives, body, 4 * (3 if nearest else 2))


_IN_A_LINE = 3
"""Definitions of coordinates."""


def _coordinates(axis: str, reach: int) -> list[str]:
    """Definitions of the clamped coordinates from `-reach` to `reach`.

    All are clamped, the middle one too: so a renderer that makes several pixels at once finds equal texts for equal
    texels.
    """
    texts = []
    for number in range(2 * reach + 1):
        offset = number - reach
        here = f"at.{axis}" + (f" {'-' if offset < 0 else '+'} {abs(offset)}" if offset else "")
        texts.append(f"{axis}{number} = clamp({here}, 0, last.{axis})")
    lines = [texts[first : first + _IN_A_LINE] for first in range(0, len(texts), _IN_A_LINE)]
    return [f"int {', '.join(line)};" for line in lines]


def _parts(needed: tuple[Texture, ...]) -> Iterator[tuple[Texture, ...]]:
    """Textures in groups that fit a pass, together with the picture and the sum so far."""
    most = _MOST_AT_ONCE if len(needed) <= _MOST_AT_ONCE else MOST_BINDS - 2
    for start in range(0, len(needed), most):
        yield needed[start : start + most]
