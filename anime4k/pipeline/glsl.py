"""What the program of a user pass is made of: declarations, macros, the body as written; `program` puts it together.

Every name that we declare begins with `us_`, so that bodies may define whatever they like; what a body
may use (`NAME_tex`, parameters, built-in uniforms) are macros over those names.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from anime4k.hooks.body import join_lines
from anime4k.hooks.decl import BufferDecl, ParamDecl, ParamKind, PassDecl, SampleType, Scalar, ShaderFile, TextureDecl
from anime4k.pipeline.filestate import describe
from anime4k.pipeline.parts import BoundTexture, PassParts
from anime4k.pipeline.plan import FrameUniform, Program, Sampler, Size, StepKind, TexelFormat, Uniform
from anime4k.pipeline.program import (
    OWN_PIXEL,
    assignments,
    compute_interface,
    fragment_interface,
    program_text,
    samplers_of,
    uniforms_of,
)

_EXTENSION = re.compile(r"^[ \t]*(#[ \t]*extension\b[^\n]*)", re.MULTILINE)
_CONDITIONAL = re.compile(r"^[ \t]*#[ \t]*(if|endif|extension)", re.MULTILINE)
_REQUIRE = re.compile(r":[ \t]*require\b")
_CONTINUED_LINES = 420
"""The GLSL version that brought the backslash at the end of a line."""
PTS = "PTS"
"""The parameter of this name is the presentation time."""

_SUBGROUPS = tuple(
    f"#extension GL_KHR_shader_subgroup_{part} : enable"
    for part in ("basic", "vote", "arithmetic", "ballot", "shuffle", "shuffle_relative", "clustered", "quad")
)
"""Enabled for bodies that speak of subgroups; a driver without them leaves their macros undefined."""

_GATHER = re.compile(r"\btextureGather(?:Offsets?)?\b|_gather\b")
_STORAGE_FORMATS = {
    (SampleType.UNORM, 8): "rgba8", (SampleType.UNORM, 16): "rgba16",
    (SampleType.UNORM, 10): "rgba32f",  # rgb10_a2 is unpacked
    (SampleType.SNORM, 8): "rgba8_snorm", (SampleType.SNORM, 16): "rgba16_snorm",
    (SampleType.FLOAT, 16): "rgba16f", (SampleType.FLOAT, 32): "rgba32f",
    (SampleType.UINT, 8): "rgba8ui", (SampleType.UINT, 16): "rgba16ui", (SampleType.UINT, 32): "rgba32ui",
    (SampleType.SINT, 8): "rgba8i", (SampleType.SINT, 16): "rgba16i", (SampleType.SINT, 32): "rgba32i",
}  # fmt: skip


@dataclass(frozen=True)
class Surroundings:
    """What a pass may ask about the pipeline around it.

    Attributes:
        out_size: size of the pass's own output.
        input_size: visible source size scaled by the prescaling so far.
        target_size: size of the picture on the output.
        tex_offset: origin of the visible source in current texels.
        linearize: GLSL function body text converting `vec4 c` to linear light.
        delinearize: the inverse.
        texel: format of outputs.
        exact_gather: see `Capabilities.exact_gather`.
        glsl: version of the shading language.
        mask_components: number of components to keep, 0 = all.
    """

    out_size: Size
    input_size: tuple[float, float]
    target_size: tuple[float, float]
    tex_offset: tuple[float, float]
    linearize: str
    delinearize: str
    texel: TexelFormat
    exact_gather: bool
    glsl: int
    mask_components: int = 0


@dataclass(frozen=True)
class WrittenPass:
    """The program of a pass with what it expects; `parts` are empty for compute shaders."""

    program: Program
    samplers: tuple[Sampler, ...]
    uniforms: tuple[Uniform, ...]
    frame_uniforms: tuple[FrameUniform, ...]
    parts: tuple[PassParts, ...]


def write_pass(
    declaration: PassDecl,
    file: ShaderFile,
    bound: Sequence[BoundTexture],
    user_textures: Sequence[TextureDecl],
    buffers: Sequence[BufferDecl],
    values: Mapping[str, float],
    around: Surroundings,
) -> WrittenPass:
    """Write the program of a pass.

    Args:
        declaration: the pass.
        file: its file (for the parameters).
        bound: textures in sampler order.
        user_textures: TEXTURE blocks bound by the pass, in order.
        buffers: BUFFER blocks bound by the pass, in order.
        values: parameter values.
        around: sizes and choices of the pipeline.
    """
    compute = declaration.compute
    body = declaration.body if around.glsl >= _CONTINUED_LINES else join_lines(declaration.body)
    extensions = _hoisted(body, declaration.body_line)
    if compute and "subgroup" in body.lower():
        extensions = (*_SUBGROUPS, *extensions)
    # An empty line stays in place of a hoisted one, so that line numbers hold.
    body = _EXTENSION.sub("", body) if extensions else body
    uniforms: list[Uniform] = [
        Uniform("us_out_size", (float(around.out_size.width), float(around.out_size.height))),
        Uniform("us_input_size", around.input_size),
        Uniform("us_target_size", around.target_size),
        Uniform("us_tex_offset", around.tex_offset),
    ]
    rest = [*_user_texture_lines(user_textures, first_image=1), *_buffer_lines(buffers)]
    frame_uniforms: list[FrameUniform] = []
    declared = {param.name for param in file.params} | {m.name for buffer in buffers for m in buffer.members}
    rest += _builtin_lines(body, declared, frame_uniforms)
    rest += _param_lines(file.params, values, uniforms, frame_uniforms)
    for name, code in (("linearize", around.linearize), ("delinearize", around.delinearize)):
        if _mentions(body, name) and not _defines(body, name):
            rest.append(f"vec4 {name}(vec4 us_c) {{ vec4 color = us_c; {code} return color; }}")
    if not around.exact_gather and "ather" in body and _GATHER.search(body):
        rest.append(_GATHER_TEXT)
    interface: tuple[str, ...] = ()
    if compute:
        threads = compute.threads_x, compute.threads_y
        interface = (*compute_interface(threads, (around.texel,)), OWN_PIXEL)
        if _mentions(body, "gl_FragCoord"):
            # Not as a macro of that name: strict compilers refuse to define what begins with gl_.
            body = re.sub(r"\bgl_FragCoord\b", "us_frag_coord", body)
            interface = (*interface, "#define us_frag_coord vec4(us_pixel, 0.0, 1.0)")
    parts = PassParts(
        describe(declaration), tuple(bound), tuple(uniforms), tuple(rest),
        tuple(_param_macros(file.params, values)), declaration.body_line, body,
        "hook()" if compute else _result(around.mask_components),
    )  # fmt: skip
    text = program_text((parts,), interface or fragment_interface(1), "hook();" if compute else assignments((parts,)))
    return WrittenPass(
        Program(StepKind.COMPUTE if compute else StepKind.FRAGMENT, extensions, text),
        samplers_of((parts,)),
        uniforms_of((parts,)),
        tuple(frame_uniforms),
        () if compute else (parts,),
    )


def _hoisted(body: str, first_line: int) -> tuple[str, ...]:
    """The `#extension` lines of a body, each behind a `#line` with its number.

    Behind an `#if` an extension that is required becomes one that is enabled: the condition does not move along.
    """
    if "extension" not in body:
        return ()
    found: list[str] = []
    depth = 0
    for directive in _CONDITIONAL.finditer(body):
        extension = _EXTENSION.match(body, directive.start())
        if extension is None:
            depth += -1 if directive.group(1) == "endif" else 1
            continue
        text = extension.group(1).strip()
        if depth > 0:
            text = _REQUIRE.sub(": enable", text)
        found.append(f"#line {first_line + body.count(chr(10), 0, directive.start())}\n{text}")
    return tuple(found)


def _result(mask: int) -> str:
    """The colour of a fragment pass of which so many components are kept, 0 for all."""
    if mask == 0 or mask >= 4:
        return "hook()"
    return f"vec4(hook().{'rgba'[:mask]}{', 0.0' * (3 - mask)}, 1.0)"


def _user_texture_lines(textures: Sequence[TextureDecl], first_image: int) -> list[str]:
    lines: list[str] = []
    image = first_image
    for texture in textures:
        dimensions = f"{len(texture.size)}D"
        prefix = {SampleType.UINT: "u", SampleType.SINT: "i"}.get(texture.format.sample_type, "")
        if texture.storage:
            components = "rgba"[: texture.format.components]
            layout = _STORAGE_FORMATS[texture.format.sample_type, texture.format.bits].replace("rgba", components)
            kind = f"{prefix}image{dimensions}"
            lines.append(f"layout({layout}, binding = {image}) coherent restrict uniform {kind} {texture.name};")
            image += 1
        else:
            lines.append(f"uniform {prefix}sampler{dimensions} {texture.name};")
            lines.append(f"#define {texture.name}_tex(us_p) (textureLod({texture.name}, us_p, 0.0))")
    return lines


def _buffer_lines(buffers: Sequence[BufferDecl]) -> list[str]:
    lines: list[str] = []
    for binding, buffer in enumerate(buffers):
        if buffer.storage:
            head = f"layout(std430, binding = {binding}) coherent restrict buffer us_block_{buffer.name} {{"
        else:
            head = f"layout(std140) uniform us_block_{buffer.name} {{"
        members = []
        for member in buffer.members:
            array = f"[{member.count}]" if member.count > 1 else ""
            members.append(f"    {member.type} {member.name}{array};")
        lines.append("\n".join([head, *members, "};"]))
    return lines


def _defines(body: str, name: str) -> bool:
    """Whether the body declares `name` itself, so that ours must stay away."""
    if name not in body:
        return False
    kinds = r"(?:bool|float|double|u?int|[biud]?vec[234]|mat[234](?:x[234])?|void)"
    return re.search(rf"\b{kinds}\s+{name}\b|#\s*define\s+{name}\b", body) is not None


def _mentions(body: str, name: str) -> bool:
    """Whether an identifier occurs in the body."""
    return name in body and re.search(rf"\b{name}\b", body) is not None


def _builtin_lines(body: str, declared: set[str], frame_uniforms: list[FrameUniform]) -> list[str]:
    sizes = ("input_size", "target_size", "tex_offset")
    lines = [f"#define {name} us_{name}" for name in sizes if name not in declared and not _defines(body, name)]
    for uniform, kind in ((FrameUniform.FRAME, "int"), (FrameUniform.RANDOM, "float")):
        name = uniform.value
        if name not in declared and _mentions(body, name) and not _defines(body, name):
            lines.append(f"uniform {kind} {name};")
            frame_uniforms.append(uniform)
    helpers = {
        "tex1D": "#define tex1D texture",
        "tex3D": "#define tex3D texture",
        "LUT_POS": "#define LUT_POS(us_x, us_n) mix(0.5 / (us_n), 1.0 - 0.5 / (us_n), us_x)",
    }
    for name, text in helpers.items():
        if _mentions(body, name) and not _defines(body, name):
            lines.append(text)
    return lines


def _param_lines(
    params: Sequence[ParamDecl],
    values: Mapping[str, float],
    uniforms: list[Uniform],
    frame_uniforms: list[FrameUniform],
) -> list[str]:
    lines: list[str] = []
    for param in params:
        value = values[param.name]
        whole = param.scalar is not Scalar.FLOAT
        if param.name == PTS:  # changes with every frame, so it is a uniform whatever its kind
            lines.append(f"uniform float {FrameUniform.PTS.value};")
            frame_uniforms.append(FrameUniform.PTS)
        elif param.kind is ParamKind.DEFINE:
            continue
        elif param.kind is ParamKind.CONSTANT:
            literal = f"{int(value)}{'u' if param.scalar is Scalar.UINT else ''}" if whole else _float(value)
            lines.append(f"const {param.scalar.value} {param.name} = {literal};")
        else:
            lines.append(f"uniform {param.scalar.value} {param.name};")
            uniforms.append(Uniform(param.name, (int(value),) if whole else (float(value),)))
    return lines


def _param_macros(params: Sequence[ParamDecl], values: Mapping[str, float]) -> list[str]:
    lines: list[str] = []
    for param in params:
        if param.name == PTS:
            value = FrameUniform.PTS.value
            rounded = f"{param.scalar.value}(floor({value} + 0.5))"
            lines.append(f"#define {PTS} {value if param.scalar is Scalar.FLOAT else rounded}")
        elif param.kind is ParamKind.DEFINE:
            lines.append(f"#define {param.name} {int(values[param.name])}")
        lines += [f"#define {label} {index}" for index, label in enumerate(param.labels)]
    return lines


def _float(value: float) -> str:
    text = repr(float(value))
    return text if any(mark in text for mark in ".en") else text + ".0"


# Texture coordinates at texel centres are ties for a gather. Hardware snaps them through fixed-point
# arithmetic; software renderers do not, so the four texels are fetched by integer position there, with a
# bias of 1/512 texel that stands for the hardware's rounding. Far outside, where a position would not fit an
# integer, it is clamped: the answer is the edge texel either way.
_GATHER_TEXT = """
ivec2 us_corner(sampler2D us_s, vec2 us_p) {
    vec2 us_n = vec2(textureSize(us_s, 0));
    return ivec2(clamp(floor(us_p * us_n - 0.5 + 1.0 / 512.0), vec2(-256.0), us_n + 256.0));
}
float us_fetch(sampler2D us_s, ivec2 us_i, int us_ch) {
    return texelFetch(us_s, clamp(us_i, ivec2(0), textureSize(us_s, 0) - 1), 0)[us_ch];
}
vec4 us_gatherOffset(sampler2D us_s, vec2 us_p, ivec2 us_o, int us_ch) {
    ivec2 us_i = us_corner(us_s, us_p) + us_o;
    return vec4(us_fetch(us_s, us_i + ivec2(0, 1), us_ch), us_fetch(us_s, us_i + ivec2(1, 1), us_ch),
                us_fetch(us_s, us_i + ivec2(1, 0), us_ch), us_fetch(us_s, us_i, us_ch));
}
vec4 us_gatherOffset(sampler2D us_s, vec2 us_p, ivec2 us_o) { return us_gatherOffset(us_s, us_p, us_o, 0); }
vec4 us_gather(sampler2D us_s, vec2 us_p, int us_ch) { return us_gatherOffset(us_s, us_p, ivec2(0), us_ch); }
vec4 us_gather(sampler2D us_s, vec2 us_p) { return us_gatherOffset(us_s, us_p, ivec2(0), 0); }
vec4 us_gatherOffsets(sampler2D us_s, vec2 us_p, ivec2 us_o[4], int us_ch) {
    ivec2 us_i = us_corner(us_s, us_p);
    return vec4(us_fetch(us_s, us_i + us_o[0], us_ch), us_fetch(us_s, us_i + us_o[1], us_ch),
                us_fetch(us_s, us_i + us_o[2], us_ch), us_fetch(us_s, us_i + us_o[3], us_ch));
}
vec4 us_gatherOffsets(sampler2D us_s, vec2 us_p, ivec2 us_o[4]) { return us_gatherOffsets(us_s, us_p, us_o, 0); }
#define textureGather us_gather
#define textureGatherOffset us_gatherOffset
#define textureGatherOffsets us_gatherOffsets
"""
