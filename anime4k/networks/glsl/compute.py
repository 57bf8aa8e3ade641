"""The compute form of a network: one pass for every layer, which writes all of its values.

A group of 32x8 threads first copies what it needs of the inputs, and the pixels around, into shared memory: one array
for each stored value, so that neighbouring threads read neighbouring words. Each thread then evaluates one pixel. The
fours of values of a layer lie side by side in one texture that is as many times as wide as the source, and the last
layer writes the pixels of the result.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from anime4k.errors import UsageError
from anime4k.networks.glsl.arithmetic import (
    GREY,
    HALF_FLOAT,
    MOST_ADDED,
    PARTS,
    TYPES,
    Sum,
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
from anime4k.networks.graph import SOURCE, Activation, Base, Network, Source

MOST_BINDS = 16
"""Textures of a pass, by the rules of the format."""

WIDE, TALL = 32, 8
"""Threads of a group. A row is as long as the threads that run in step, so that no two of them use the same bank."""

MOST_SHARED = 16384
"""Bytes of shared memory, half of what OpenGL promises, so that two groups fit where there is no more."""


def compute(network: Network) -> str:
    """The text of a user shader that evaluates a network in compute passes; its name has `-compute` at the end.

    Raises:
        UsageError: a layer reads more layers than a pass can, or one of them twice.
    """
    file = f"{network.name}-compute"
    writer = _Writer(network, file, prefix(file), values_of(network))
    passes = [writer.step(step) for step in steps(network, most_outputs=1 << 16, most_textures=1 << 16)]
    sizes = f"{len(passes)} passes" if len(passes) > 1 else "one pass"
    runs_in = [
        "Runs in: mpv 0.35 and later (vo=gpu and gpu-next), libplacebo, the anime4k player; all need compute shaders "
        f"(OpenGL 4.3, Vulkan). Where there are none, as on macOS, take {network.name}: the anime4k player leaves this "
        "file out and says so.",
    ]
    head = header(network, file, sizes, sum(made.reads for made in passes), runs_in)
    return "".join([head, *(block(made.directives, made.body) for made in passes), parameter(network)])


@dataclass(frozen=True)
class _Pass:
    """A pass, and how many texels it reads for each pixel of the source."""

    directives: tuple[str, ...]
    body: str
    reads: float


@dataclass(frozen=True)
class _Tile:
    """A part of some textures in shared memory.

    Attributes:
        textures: the textures.
        reach: pixels around those of the group.
    """

    textures: tuple[Texture, ...]
    reach: int

    @property
    def row(self) -> int:
        """Values of a row."""
        return WIDE + 2 * self.reach

    @property
    def plane(self) -> int:
        """Values of an array."""
        return self.row * (TALL + 2 * self.reach)

    @property
    def values(self) -> int:
        """Arrays."""
        return sum(texture.count for texture in self.textures)


@dataclass(frozen=True)
class _Writer:
    """The passes of one network.

    Attributes:
        network: what is written.
        file: the name of the shader file.
        prefix: of texture names.
        counts: values of every layer.
    """

    network: Network
    file: str
    prefix: str
    counts: dict[str, int]

    def name(self, layer: str) -> str:
        """The texture with the values of a layer."""
        if layer == SOURCE:
            return "HOOKED"
        return f"{self.prefix}_F{[each.name for each in self.network.layers].index(layer) + 1}"

    def textures(self, layer: str) -> tuple[Texture, ...]:
        """The values of an input, four at a time; of the picture as many as are needed."""
        if layer == SOURCE:
            return (source_texture(self.network.source),)
        return textures(layer, self.counts[layer])

    def step(self, step: Step) -> _Pass:
        """The pass that evaluates a step."""
        final = step.layer is self.network.layers[-1]
        binds = list(dict.fromkeys(["HOOKED", *map(self.name, step.inputs)]))
        if len(binds) > MOST_BINDS:
            raise UsageError(f"{self.network.name}: layer {step.layer.name} reads {len(binds) - 1} layers, and a pass "
                             f"of a shader reads {MOST_BINDS - 1}")  # fmt: skip
        groups = len(textures(step.layer.name, step.layer.outputs))
        layers = f"layer {step.number}" if step.inner is None else f"layers {step.number - 1} and {step.number}"
        directives = ["HOOK MAIN", *(f"BIND {name}" for name in binds)]
        if not final:
            directives += [f"SAVE {self.name(step.layer.name)}", "COMPONENTS 4"]
            directives += [f"WIDTH HOOKED.w {groups} *"] if groups > 1 else []
            directives += [f"COMPUTE {WIDE * groups} {TALL} {WIDE} {TALL}"]
        else:
            scale = self.network.scale
            directives += [*double(self.network), f"COMPUTE {WIDE * scale} {TALL * scale} {WIDE} {TALL}"]
        directives += [*gate(self.network), f"DESC {self.file}: {layers} of {len(self.network.layers)}"]

        shared = max((tile.plane * tile.values for tile in self._tiles(step)), default=0)
        lines: list[str] = list(self._variables(step))
        lines += [chain.start for chain in self._chains(step)]
        reads = self._around(lines, step) + self._own_pixel(lines, step)
        reads += self._store(lines) if final else 0.0
        if not final:
            lines += self._keep(step)

        used = "\n".join(lines)
        head = FALLBACK + "\n"
        head += GREY if "GREY" in used else ""
        head += f"\nshared float tile[{shared}];\n" if shared else ""
        off = indented(self._untouched()) if final else ""
        inside = f"#if strength == 0\n{off}#else\n" if final else "#if strength != 0\n"
        return _Pass(tuple(directives), f"{head}\nvoid hook() {{\n{inside}{indented(lines)}#endif\n}}\n", reads)

    def _chains(self, step: Step) -> tuple[Sum, ...]:
        """The sums of a step."""
        inner = () if step.inner is None else sums(step.inner, "h")
        return inner + sums(step.layer, "r")

    def _tiles(self, step: Step) -> Iterator[_Tile]:
        """What goes into shared memory, in portions that fit: the inputs of the layer that looks around."""
        layer = step.layers[0]
        if layer.radius == 0:
            return
        inputs = [each for name in layer.inputs for each in self.textures(name)]
        plane = _Tile((), layer.radius).plane * 4
        portions = -(-sum(texture.count for texture in inputs) // max(4, MOST_SHARED // plane))
        each = -(-len(inputs) // portions)
        for start in range(0, len(inputs), each):
            yield _Tile(tuple(inputs[start : start + each]), layer.radius)

    def _variables(self, step: Step) -> Iterator[str]:
        """Declarations: the places of the thread and of its group, and what the products use."""
        yield "ivec2 size = ivec2(HOOKED_size), last = size - 1;"
        yield f"ivec2 corner = ivec2(gl_WorkGroupID.xy) * ivec2({WIDE}, {TALL});"
        yield "ivec2 own = ivec2(gl_LocalInvocationID.xy), pixel = corner + own, here = min(pixel, last);"
        around = step.layers[0].inputs if step.layers[0].radius else ()
        alone = [name for name in step.inputs if name not in around]
        widths = {1} if any(name != SOURCE for name in around) else set()
        widths |= {4} if any(name != SOURCE for name in alone) else set()
        if step.inner is not None:
            widths |= {texture.count for texture in textures(step.inner.name, step.inner.outputs)}
        yield "vec4 x;"
        if around or SOURCE in alone:
            yield "float s;"
        if any(layer.activation is not Activation.NONE for layer in step.layers):
            yield from (f"{TYPES[width]} {read_variable(width)};" for width in sorted(widths, reverse=True))
        if around:
            yield "int at;"

    def _around(self, lines: list[str], step: Step) -> float:
        """Append what is read with the pixels around, and all its products; returns the number of reads."""
        reads = 0.0
        chains = self._chains(step)
        for number, tile in enumerate(self._tiles(step)):
            lines += ["barrier();"] if number else []
            reads += self._fill(lines, tile)
            lines += ["barrier();", f"at = (own.y + {tile.reach}) * {tile.row} + own.x + {tile.reach};"]
            array = 0
            for texture in tile.textures:
                for part in range(texture.count):
                    one = Texture(texture.layer, texture.first + part, 1)
                    for tap in taps(step.layers[0]):
                        place = array * tile.plane + tap.y * tile.row + tap.x
                        added = list(products(chains, tap.x, tap.y, one, self.counts, "s", 1))
                        offset = f" {'-' if place < 0 else '+'} {abs(place)}" if place else ""
                        lines += [f"s = tile[at{offset}];", *added] if added else []
                    array += 1
        return reads

    def _own_pixel(self, lines: list[str], step: Step) -> float:
        """Append what else is read, at the own pixel alone, and its products; returns the number of reads."""
        reads = 0
        chains = self._chains(step)
        for name in step.inputs:
            if step.layers[0].radius and name in step.layers[0].inputs:
                continue
            for texture in self.textures(name):
                lines.append(f"x = {self._texel(texture, 'here')};")
                reads += 1
                if texture.layer == SOURCE and self.network.source is Source.LUMA:
                    lines.append(f"s = {seen(self.network.source, 'x.rgb')};")
                    lines += products(chains, 0, 0, texture, self.counts, "s", 1)
                else:
                    if texture.layer == SOURCE:
                        lines.append(f"x.rgb = {seen(self.network.source, 'x.rgb')};")
                    lines += products(chains, 0, 0, texture, self.counts, "x", 4)
        if step.inner is not None:
            for chain in sums(step.inner, "h"):
                lines += products(chains, 0, 0, chain.values, self.counts, chain.variable, chain.values.count)
        return reads

    def _texel(self, texture: Texture, place: str) -> str:
        where = place if texture.first == 0 else f"{place} + ivec2({_times('size.x', texture.group)}, 0)"
        return f"texelFetch({self.name(texture.layer)}_raw, {where}, 0)"

    def _fill(self, lines: list[str], tile: _Tile) -> float:
        """Append the copying of a tile; returns the number of reads for each pixel."""
        threads = WIDE * TALL
        lines += [
            f"for (int i = int(gl_LocalInvocationIndex); i < {tile.plane}; i += {threads}) {{",
            f"    ivec2 from = clamp(corner + ivec2(i % {tile.row}, i / {tile.row}) - {tile.reach}, ivec2(0), last);",
        ]
        first = 0
        for texture in tile.textures:
            lines.append(f"    x = {self._texel(texture, 'from')};")
            for part in range(texture.count):
                value = f"x.{PARTS[part]}"
                if texture.layer == SOURCE:
                    luma = self.network.source is Source.LUMA
                    value = seen(self.network.source, "x.rgb" if luma else value)
                place = f" + {(first + part) * tile.plane}" if first + part else ""
                lines.append(f"    tile[i{place}] = {value};")
            first += texture.count
        lines.append("}")
        return len(tile.textures) * tile.plane / threads

    def _keep(self, step: Step) -> Iterator[str]:
        """The storing of the values of a layer."""
        yield "if (pixel.x <= last.x && pixel.y <= last.y) {"
        for chain in sums(step.layer, "r"):
            value = f"clamp({chain.variable}, -{HALF_FLOAT}, {HALF_FLOAT})"
            if chain.values.count < 4:
                value = f"vec4({value}{', 0.0' * (4 - chain.values.count)})"
            offset = f" + ivec2({_times('size.x', chain.values.group)}, 0)" if chain.values.group else ""
            yield f"    imageStore(out_image, pixel{offset}, {value});"
        yield "}"

    def _store(self, lines: list[str]) -> float:
        """Append the writing of the result; returns the number of reads."""
        if self.network.scale == 1:
            lines += ["x = HOOKED_tex(HOOKED_map(pixel));",
                      f"x.rgb += {SHARE} * r0;", "imageStore(out_image, pixel, x);"]  # fmt: skip
            return 1.0
        nearest = self.network.base is Base.NEAREST
        lines.append(f"r0 = clamp(r0, -{MOST_ADDED}, {MOST_ADDED});")
        lines += ["vec3 grey = texelFetch(HOOKED_raw, here, 0).rgb;"] if nearest else []
        for number in range(4):
            place = f"2 * pixel + ivec2({number % 2}, {number // 2})"
            change = f"r0.{PARTS[number]}"
            lines += [
                f"x = HOOKED_tex(HOOKED_map({place}));",
                f"x.rgb += {SHARE} * " + (f"({change} + dot(grey - x.rgb, GREY));" if nearest else f"{change};"),
                f"imageStore(out_image, {place}, x);",
            ]
        return 5.0 if nearest else 4.0

    def _untouched(self) -> Iterator[str]:
        """The code of strength 0."""
        scale = self.network.scale
        place = f"{scale} * " if scale > 1 else ""
        yield f"ivec2 corner = ivec2(gl_WorkGroupID.xy) * ivec2({WIDE}, {TALL});"
        yield f"ivec2 pixel = {place}(corner + ivec2(gl_LocalInvocationID.xy));"
        for number in range(scale * scale):
            offset = f" + ivec2({number % 2}, {number // 2})" if scale > 1 else ""
            yield f"imageStore(out_image, pixel{offset}, HOOKED_tex(HOOKED_map(pixel{offset})));"


def _times(text: str, factor: int) -> str:
    """A product, without a factor of one."""
    return text if factor == 1 else f"{factor} * {text}"
