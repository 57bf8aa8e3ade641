"""Reading a user-shader file: text in, declarations out, every error with file, line, directive and hint."""

from __future__ import annotations

import stat
from collections.abc import Iterator, Sequence
from pathlib import Path

from anime4k.errors import MediaError, ShaderSyntaxError
from anime4k.hooks import buffer, param, passes, texture
from anime4k.hooks.blocks import Block, BlockKind, HeaderLine, normalise, split
from anime4k.hooks.decl import BufferDecl, Origin, ParamDecl, PassDecl, Remark, ShaderFile, TextureDecl
from anime4k.hooks.syntax import (
    MAGIC,
    MAX_FILE_BYTES,
    MAX_PASSES,
    WHITESPACE,
    Field,
    leading_word,
    nearest,
    quote,
    split_directive,
)

_KEYWORDS: dict[BlockKind, Sequence[str]] = {
    BlockKind.PASS: passes.KEYWORDS,
    BlockKind.TEXTURE: texture.KEYWORDS,
    BlockKind.BUFFER: buffer.KEYWORDS,
    BlockKind.PARAM: param.KEYWORDS,
}
_EVERY_KEYWORD = tuple(dict.fromkeys(keyword for known in _KEYWORDS.values() for keyword in known))


def parse_file(path: Path | str) -> ShaderFile:
    """The declarations of the file at `path`.

    Raises:
        MediaError: the file is missing, no regular file, or cannot be read.
        ShaderSyntaxError: its text breaks the rules of the language.
    """
    file = Path(path)
    try:
        # Opening a pipe or a device could block or never end, so the kind is checked before.
        regular = stat.S_ISREG(file.stat().st_mode)
        if regular:
            with file.open("rb") as stream:
                data = stream.read(MAX_FILE_BYTES + 1)
    except FileNotFoundError:
        raise MediaError(f"{path}: there is no such shader file; check the name") from None
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        raise MediaError(f"{path}: the shader file cannot be read ({reason}); check the file") from error
    if not regular:
        raise MediaError(f"{path}: this is not a regular file; name a shader file")
    return parse_text(data, str(path))


def parse_text(text: str | bytes, path: str) -> ShaderFile:
    """The declarations of a shader file given as text; `path` is only used in messages.

    Line ends may be LF, CRLF or CR, and bytes that are not UTF-8 become replacement characters. A text without
    any directive is legal: it declares nothing and carries a warning.

    Raises:
        ShaderSyntaxError: the text breaks the rules of the language.
    """
    if len(text) > MAX_FILE_BYTES:
        raise ShaderSyntaxError(path, None, f"the file is larger than {MAX_FILE_BYTES >> 20} MiB", "split it")
    remarks: list[Remark] = []
    found_passes: list[PassDecl] = []
    textures: list[TextureDecl] = []
    buffers: list[BufferDecl] = []
    params: dict[str, ParamDecl] = {}
    empty = True
    for block in split(normalise(text), path):
        empty = False
        fields = _fields(block, path, remarks)
        match block.kind:
            case BlockKind.PASS:
                if len(found_passes) == MAX_PASSES:
                    raise ShaderSyntaxError(
                        path, block.line, f"the file has more than {MAX_PASSES} passes", "split the file"
                    )
                found_passes.append(passes.parse_pass(block, fields, path, remarks))
            case BlockKind.TEXTURE:
                textures.append(texture.parse_texture(block, fields, path))
            case BlockKind.BUFFER:
                buffers.append(buffer.parse_buffer(block, fields, path))
            case BlockKind.PARAM:
                declared = param.parse_param(block, fields, path, remarks)
                if declared.name in params:
                    first = params[declared.name].origin.line
                    raise ShaderSyntaxError(
                        path,
                        block.line,
                        f"the parameter {declared.name} is already declared in line {first}",
                        "give it another name",
                        directive="PARAM",
                    )
                params[declared.name] = declared
    if empty:
        remarks.append(Remark(Origin(path, 1), "the file holds no //! directive, so it does nothing"))
    return ShaderFile(
        path, tuple(found_passes), tuple(textures), tuple(buffers), tuple(params.values()), tuple(remarks)
    )


def _fields(block: Block, path: str, remarks: list[Remark]) -> Iterator[Field]:
    """The header lines of a block taken apart into keyword and argument.

    Raises:
        ShaderSyntaxError: a directive that this kind of block does not know.
    """
    known = _KEYWORDS[block.kind]
    for header in block.header:
        parts = split_directive(header.text, known)
        if parts is None:
            raise _unknown(header, block, known, path)
        keyword, rest = parts
        field = Field(keyword, rest.strip(WHITESPACE), Origin(path, header.line))
        if field.value and rest[0] not in WHITESPACE:
            remarks.append(
                Remark(field.origin, f"{quote(header.text)} is read as {keyword} {quote(field.value)}; write a space")
            )
        yield field


def _unknown(header: HeaderLine, block: Block, known: Sequence[str], path: str) -> ShaderSyntaxError:
    """The error for a directive that is not known in this block, with the most likely cause as its hint."""
    word = leading_word(header.text)
    kind = block.kind.value or "pass"
    near = nearest(word, known)
    if header.after_text:
        hint = f"{MAGIC} starts a directive wherever it stands, also inside a comment"
    elif header.text[:1] in WHITESPACE and split_directive(header.text.lstrip(WHITESPACE), _EVERY_KEYWORD):
        hint = f"the keyword must follow {MAGIC} without a space"
    elif split_directive(header.text, tuple(_KEYWORDS[BlockKind.TEXTURE])[:1] + ("BUFFER", "PARAM")):
        hint = f"{word} must be the first line of its block; end the block before it with a blank line"
    elif split_directive(header.text, _EVERY_KEYWORD):
        hint = f"this directive does not belong into a {kind} block"
    elif near:
        hint = f"did you mean {near}?"
    else:
        hint = "directives here are " + ", ".join(known)
    return ShaderSyntaxError(
        path,
        header.line,
        f"{quote(MAGIC + header.text)} is no directive of a {kind} block",
        hint,
        directive=word,
    )
