"""The text of a program that draws one or several user passes.

Every name that we declare begins with `us_`, so that bodies may define whatever they like; what a body may use
(`NAME_tex`, parameters, built-in uniforms) are macros over those names. Passes in one program share textures,
uniforms and declarations; the names that their bodies define have been made different before (`rewrites.fusion`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import product

from anime4k.pipeline.parts import Block, BoundTexture, Kept, PassParts
from anime4k.pipeline.plan import Sampler, TexelFormat, Uniform

_SIZES = ("us_out_size", "us_input_size", "us_target_size", "us_tex_offset")
"""Uniforms of every program."""


def texture_name(index: int) -> str:
    """Uniform name of the sampler of the index-th texture."""
    return f"us_tex{index}"


def program_text(parts: Sequence[PassParts], interface: Sequence[str], main: str) -> str:
    """The text of a program without version and extensions.

    Args:
        parts: the passes.
        interface: lines that declare where results go and which pixel is made.
        main: statements of the main function.
    """
    lines = [f"uniform vec2 {name};" for name in _SIZES]
    lines += interface
    for index, texture in enumerate(textures_of(parts)):
        lines += _texture_lines(index, texture)
    for number, part in enumerate(parts):
        lines += _ending_lines(number, part)
    lines += dict.fromkeys(line for part in parts for line in part.declarations)
    # Last, since a macro of any name must not rewrite what we declare.
    lines += dict.fromkeys(line for part in parts for line in part.macros)
    text = "\n".join(lines) + "\n"
    for part in parts:
        text += f"#line {part.line}\n{part.body}" + ("" if part.body.endswith("\n") else "\n")
    return f"{text}void main() {{ {main} }}\n"


def fragment_interface(outputs: int) -> tuple[str, ...]:
    """The declarations of a fragment program with so many render targets."""
    targets: tuple[str, ...] = ("out vec4 us_out;",)
    if outputs > 1:
        targets = tuple(f"layout(location = {n}) out vec4 us_out{n or ''};" for n in range(outputs))
    # No selection such as .xy in macros: a body may define a macro of that name.
    return (
        *targets,
        "#define us_pixel vec2(gl_FragCoord)",
        "#define us_here ivec2(gl_FragCoord)",
        "#define us_beside(us_o) (us_here + us_o)",
    )


def ended(part: PassParts, number: int, colour: str, pixel: str = "") -> str:
    """The expression for what the number-th pass of a program writes at a pixel, `us_here` unless given."""
    given = f"{colour}, {pixel}" if pixel else colour
    return f"us_ending{number}({given})" if part.ending else colour


def _ending_lines(number: int, part: PassParts) -> list[str]:
    if part.ending is None:
        return []
    head = f"vec4 us_ending{number}(vec4 color, ivec2 us_px) {{\n{_KEPT[part.ending.kept]}"
    # The pixel before the body, which may make something else of the names that tell it.
    here = f"vec4 us_ending{number}(vec4 color) {{ return us_ending{number}(color, us_here); }}"
    return [*part.ending.functions, f"{head}{part.ending.code}return color; }}", here]


_KEPT = {
    Kept.WHOLE: "",
    Kept.ROUNDED: "color = vec4(unpackHalf2x16(packHalf2x16(color.xy)), unpackHalf2x16(packHalf2x16(color.zw)));\n",
    # The thirteen bits that a half float has fewer, up to the largest one; below 2^-14 steps of 2^-24; neither for
    # infinities and what is no number.
    Kept.CUT: """{ uvec4 us_bits = floatBitsToUint(color), us_most = us_bits & 0x7FFFFFFFu;
vec4 us_cut = uintBitsToFloat((us_bits & 0x80000000u) | min(us_most & 0xFFFFE000u, uvec4(0x477FE000u)));
us_cut = mix(us_cut, trunc(color * 16777216.0) / 16777216.0, lessThan(us_most, uvec4(0x38800000u)));
color = mix(us_cut, color, greaterThanEqual(us_most, uvec4(0x7F800000u))); }
""",
}


def compute_interface(threads: tuple[int, int], texels: Sequence[TexelFormat]) -> tuple[str, ...]:
    """The declarations of a compute program of which each thread makes what it likes.

    Args:
        threads: of a work group, (across, down).
        texels: formats of the result images.
    """
    images = (
        f"layout({_image_format(texel)}, binding = {n}) writeonly restrict uniform image2D {image_name(n)};"
        for n, texel in enumerate(texels)
    )
    size = f"layout(local_size_x = {threads[0]}, local_size_y = {threads[1]}) in;"
    return (size, *images)


OWN_PIXEL = "#define us_pixel (vec2(gl_GlobalInvocationID) + 0.5)"
"""What the pixel of a thread is in compute passes of files."""


def _image_format(texel: TexelFormat) -> str:
    return f"{'rgba'[:texel.components]}{texel.bits}{'f' if texel.is_float else ''}"


def block_interface(block: Block, texels: Sequence[TexelFormat]) -> tuple[str, ...]:
    """The declarations of a compute program of which each thread makes a block of pixels of every result image."""
    across, down = block.pixels
    return (
        *compute_interface(block.threads, texels),
        "ivec2 us_within, us_first;",
        # All work groups of the picture, or those of a list.
        "layout(std430, binding = 0) readonly restrict buffer us_Groups { uvec2 us_groups[]; };",
        "uniform bool us_listed;",
        "#define us_pixel (vec2(us_first + us_within) + 0.5)",
        "#define us_here (us_first + us_within)",
        "#define us_beside(us_o) (us_first + (us_within + us_o))",
    )


def assignments(parts: Sequence[PassParts]) -> str:
    """The statements that make one pixel of every render target."""
    return " ".join(f"us_out{n or ''} = {ended(part, n, part.result)};" for n, part in enumerate(parts))


def place_in_blocks(block: Block) -> tuple[str, ...]:
    """The statements that tell the first pixel of the block of a thread."""
    across, down = block.pixels
    return (
        # No selection such as .xy: the body may have defined a macro of that name.
        "uvec2 us_group = us_listed ? us_groups[gl_WorkGroupID[0]] : uvec2(gl_WorkGroupID);",
        "us_first = ivec2(us_group * uvec2(gl_WorkGroupSize) + uvec2(gl_LocalInvocationID))"
        f" * ivec2({across}, {down});",
    )


def block_statements(parts: Sequence[PassParts], block: Block) -> str:
    """The statements that make a block of pixels of every result image.

    All results come before the first store, so that the compiler may share what neighbouring pixels read.
    Stores outside of an image are dropped (OpenGL 4.6, 8.26).
    """
    across, down = block.pixels
    made = list(place_in_blocks(block))
    stores: list[str] = []
    for y, x in product(range(down), range(across)):
        made.append(f"us_within = ivec2({x}, {y});")
        for n, part in enumerate(parts):
            name = f"us_made{n}_{x}_{y}"
            made.append(f"vec4 {name} = {part.result};")
            place = f"us_first + ivec2({x}, {y})"
            stores.append(f"imageStore({image_name(n)}, {place}, {ended(part, n, name, place)});")
    return "\n".join([*made, *stores])


def textures_of(parts: Sequence[PassParts]) -> list[BoundTexture]:
    """The textures that passes read, each once, with every name under which one of them knows it."""
    found: dict[BoundTexture, dict[str, None]] = {}
    for part in parts:
        for texture in part.bound:
            found.setdefault(replace(texture, names=()), {}).update(dict.fromkeys(texture.names))
    return [replace(texture, names=tuple(names)) for texture, names in found.items()]


def samplers_of(parts: Sequence[PassParts]) -> tuple[Sampler, ...]:
    """What the program of these passes samples."""
    return tuple(Sampler(texture_name(i), bound.texture) for i, bound in enumerate(textures_of(parts)))


def uniforms_of(parts: Sequence[PassParts]) -> tuple[Uniform, ...]:
    """The constant uniforms of the program of these passes."""
    uniforms = dict.fromkeys(uniform for part in parts for uniform in part.uniforms if uniform.name in _SIZES)
    for index, texture in enumerate(textures_of(parts)):
        width, height = float(texture.size.width), float(texture.size.height)
        uniforms[Uniform(f"us_size{index}", (width, height))] = None
        uniforms[Uniform(f"us_pt{index}", (1.0 / width, 1.0 / height))] = None
        uniforms[Uniform(f"us_off{index}", texture.origin)] = None
        if texture.shift != (0.0, 0.0):
            uniforms[Uniform(f"us_shift{index}", texture.shift)] = None
        if texture.mul != 1.0:
            uniforms[Uniform(f"us_mul{index}", (texture.mul,))] = None
    return (*uniforms, *dict.fromkeys(u for part in parts for u in part.uniforms if u.name not in _SIZES))


def image_name(number: int) -> str:
    """The name of a result image."""
    return "out_image" if number == 0 else f"us_image{number}"


def _texture_lines(index: int, texture: BoundTexture) -> list[str]:
    tex, size, point, off = texture_name(index), f"us_size{index}", f"us_pt{index}", f"us_off{index}"
    lines = [f"uniform sampler2D {tex};", f"uniform vec2 {size}, {point}, {off};"]
    shift, mul, scaled = "", "1.0", ""
    if texture.shift != (0.0, 0.0):
        lines.append(f"uniform vec2 us_shift{index};")
        shift = f" + us_shift{index}"
    if texture.mul != 1.0:
        lines.append(f"uniform float us_mul{index};")
        mul = f"us_mul{index}"
        scaled = f"{mul} * "
    if texture.fetched:
        lines.append(
            f"vec4 us_at{index}(ivec2 us_o) {{ return texelFetch({tex}, "
            "clamp(us_beside(us_o), ivec2(0), ivec2(us_out_size) - 1), 0); }"
        )
    for name in texture.names:
        beside = f"vec4(textureLod({tex}, {name}_pos + {point} * vec2(us_o), 0.0))"
        lines += [
            f"#define {name}_raw {tex}",
            f"#define {name}_pos (us_pixel / us_out_size{shift})",
            f"#define {name}_map(us_id) ((vec2(us_id) + 0.5) / us_out_size{shift})",
            f"#define {name}_size {size}",
            f"#define {name}_pt {point}",
            f"#define {name}_rot mat2(1.0)",
            f"#define {name}_off {off}",
            f"#define {name}_mul {mul}",
            f"#define {name}_tex(us_p) ({scaled}vec4(textureLod({tex}, us_p, 0.0)))",
            f"#define {name}_texOff(us_o) ({scaled}{f'us_at{index}(ivec2(us_o))' if texture.fetched else beside})",
            f"#define {name}_gather(us_p, us_ch) ({scaled}vec4(textureGather({tex}, us_p, us_ch)))",
        ]
    return lines
