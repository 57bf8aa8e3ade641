"""Writing declarations as the text of a user-shader file, the inverse of parsing."""

from __future__ import annotations

import math
from collections.abc import Iterator

from anime4k.hooks.decl import BufferDecl, ParamDecl, ParamKind, PassDecl, Scalar, ShaderFile, TextureDecl


def write(file: ShaderFile) -> str:
    """The text of a shader file.

    Parsing it gives declarations equal to those of `file` apart from their origins and warnings. Buffers and
    textures come first, then the passes in order; every directive is written in one canonical form. Parameters come
    last: mpv from before there were parameters stops reading at the first one and keeps the passes before it.
    """
    blocks: list[str] = []
    blocks += ["\n".join(_buffer(buffer)) for buffer in file.buffers]
    blocks += ["\n".join(_texture(texture)) for texture in file.textures]
    for decl in file.passes:
        # Without a body the next header would continue this one, so an empty line stands for it.
        last = decl is file.passes[-1] and not file.params
        body = decl.body if decl.body or last else "\n"
        blocks.append("\n".join([*_header(decl), body]))
    blocks += ["\n".join(_param(param)) for param in file.params]
    return "".join(blocks)


def _header(decl: PassDecl) -> Iterator[str]:
    for stage in decl.hooks:
        yield f"//!HOOK {stage.text}"
    for name in decl.unknown_hooks:
        yield f"//!HOOK {name}"
    for name in decl.binds:
        yield f"//!BIND {name}"
    if decl.save is not None:
        yield f"//!SAVE {decl.save}"
    for keyword, expression in (("WIDTH", decl.width), ("HEIGHT", decl.height), ("WHEN", decl.when)):
        if expression is not None:
            yield f"//!{keyword} {expression.text}"
    if decl.offset != (0.0, 0.0):
        yield f"//!OFFSET {decl.offset[0]!r} {decl.offset[1]!r}"
    if decl.align:
        yield "//!OFFSET ALIGN"
    if decl.components:
        yield f"//!COMPONENTS {decl.components}"
    if decl.compute is not None:
        compute = decl.compute
        yield f"//!COMPUTE {compute.block_width} {compute.block_height} {compute.threads_x} {compute.threads_y}"
    # Written always: a block needs at least one header line.
    yield f"//!DESC {decl.desc}" if decl.desc else "//!DESC"


def _texture(texture: TextureDecl) -> Iterator[str]:
    yield f"//!TEXTURE {texture.name}"
    yield "//!SIZE " + " ".join(map(str, texture.size))
    yield f"//!FORMAT {texture.format.name}"
    if texture.filter is not None:
        yield f"//!FILTER {texture.filter.value}"
    yield f"//!BORDER {texture.border.value}"
    if texture.storage:
        yield "//!STORAGE"
    yield texture.payload.hex()
    yield "\n"


def _buffer(buffer: BufferDecl) -> Iterator[str]:
    yield f"//!BUFFER {buffer.name}"
    for member in buffer.members:
        yield f"//!VAR {member.type} {member.name}" + (f"[{member.count}]" if member.count > 1 else "")
    if buffer.storage:
        yield "//!STORAGE"
    yield buffer.payload.hex()
    yield "\n"


def _param(param: ParamDecl) -> Iterator[str]:
    yield f"//!PARAM {param.name}"
    if param.desc:
        yield f"//!DESC {param.desc}"
    words = ["ENUM"] if param.labels else []
    if param.kind is ParamKind.DEFINE:
        words.append("DEFINE")
    else:
        if param.kind is not ParamKind.UNIFORM:
            words.append(param.kind.name)
        words.append(param.scalar.value)
    yield "//!TYPE " + " ".join(words)
    if param.labels:
        yield from param.labels
    else:
        if math.isfinite(param.minimum):
            yield f"//!MINIMUM {_number(param.minimum, param.scalar)}"
        if math.isfinite(param.maximum):
            yield f"//!MAXIMUM {_number(param.maximum, param.scalar)}"
        yield _number(param.default, param.scalar)
    yield "\n"


def _number(value: float, scalar: Scalar) -> str:
    """A number that reads back as the same float, or as the same integer."""
    return repr(float(value)) if scalar is Scalar.FLOAT else str(int(value))
