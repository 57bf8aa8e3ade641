"""Reading a TEXTURE block: SIZE, FORMAT, FILTER, BORDER, STORAGE and the hexadecimal payload."""

from __future__ import annotations

import enum
import math
import re
from collections.abc import Iterable
from typing import TypeVar

from anime4k.hooks.blocks import Block
from anime4k.hooks.decl import Border, Filter, Origin, SampleType, TextureDecl, TextureFormat
from anime4k.hooks.syntax import (
    MAX_EXTENT,
    MAX_RESOURCE_BYTES,
    Field,
    is_identifier,
    line_at,
    nearest,
    positive,
    quote,
)

KEYWORDS = ("TEXTURE", "SIZE", "FORMAT", "FILTER", "BORDER", "STORAGE")

_Choice = TypeVar("_Choice", bound=enum.Enum)

_FORMAT = re.compile(r"(r|rg|rgb|rgba)(8|16|32)(|f|hf|ui?|i|s)")
_SUFFIXES: dict[str, tuple[SampleType, tuple[int, ...]]] = {
    "": (SampleType.UNORM, (8, 16)),
    "f": (SampleType.FLOAT, (16, 32)),
    "hf": (SampleType.FLOAT, (16,)),
    "u": (SampleType.UINT, (8, 16, 32)),
    "ui": (SampleType.UINT, (8, 16, 32)),
    "i": (SampleType.SINT, (8, 16, 32)),
    "s": (SampleType.SNORM, (8, 16)),
}
_SPECIAL_FORMATS = {
    "rgb10_a2": TextureFormat("rgb10_a2", 4, 10, SampleType.UNORM, 8),
    "bgra8": TextureFormat("bgra8", 4, 8, SampleType.UNORM, 8),
}
_NOT_HEX = re.compile(r"[^0-9a-fA-F \t\n\r\v\f]")
_DROP_WHITESPACE = str.maketrans("", "", " \t\n\r\v\f")


def texture_format(name: str) -> TextureFormat | None:
    """The format called `name`, or None when there is no such format.

    The name is components, bits and a suffix: none = unsigned normalised, `f` = float, `hf` = half with a half
    payload, `u` or `ui` = unsigned integer, `i` = signed integer, `s` = signed normalised. The payload of a
    16-bit `f` format is written in 32-bit floats. `rgb10_a2` has four packed payload bytes a texel.
    """
    if name in _SPECIAL_FORMATS:
        return _SPECIAL_FORMATS[name]
    found = _FORMAT.fullmatch(name)
    if found is None:
        return None
    bits, suffix = int(found[2]), found[3]
    sample_type, allowed = _SUFFIXES[suffix]
    if bits not in allowed:
        return None
    return TextureFormat(name, len(found[1]), bits, sample_type, 32 if suffix == "f" else bits)


def parse_texture(block: Block, fields: Iterable[Field], path: str) -> TextureDecl:
    """The texture that a block declares.

    Raises:
        ShaderSyntaxError: a malformed argument, a missing FORMAT, or a payload that is not hexadecimal or does not
            have exactly the bytes that size and format ask for.
    """
    last = {field.keyword: field for field in fields}
    head = last["TEXTURE"]
    if not is_identifier(head.value):
        raise head.error(f"{quote(head.value)} is no name for a texture", "use letters, digits and underscores")
    if "FORMAT" not in last:
        raise head.error(f"the texture {head.value} has no FORMAT", "for example //!FORMAT rgba16f")
    format_ = _format(last["FORMAT"])
    size = _size(last["SIZE"]) if "SIZE" in last else (1, 1)
    expected = math.prod(size) * format_.payload_texel_bytes
    if expected > MAX_RESOURCE_BYTES:
        raise last["SIZE"].error(
            f"the texture {head.value} needs {expected} bytes, the limit is {MAX_RESOURCE_BYTES}", "make it smaller"
        )
    storage = "STORAGE" in last
    filter_ = _choice(last["FILTER"], Filter) if "FILTER" in last else None
    if filter_ is Filter.LINEAR and format_.sample_type in (SampleType.UINT, SampleType.SINT):
        raise last["FILTER"].error(f"the integer format {format_.name} cannot be filtered", "use //!FILTER NEAREST")
    if storage and format_.components == 3:
        raise last["STORAGE"].error(
            f"the three-component format {format_.name} cannot be written by passes", "use a four-component format"
        )
    payload = hex_payload(block, head)
    if len(payload) != expected and not (storage and not payload):
        shape = " x ".join(map(str, size))
        raise head.error(
            f"the texture {head.value} has {len(payload)} bytes of data, "
            f"{shape} texels of {format_.name} need {expected}",
            "check SIZE and FORMAT, or the data may be cut off",
        )
    border = _choice(last["BORDER"], Border) if "BORDER" in last else Border.CLAMP
    return TextureDecl(head.value, size, format_, filter_, border, storage, payload, Origin(path, block.line))


def hex_payload(block: Block, head: Field) -> bytes:
    """The bytes written in the body of a block, two hexadecimal digits each; white space is ignored.

    Raises:
        ShaderSyntaxError: any other character, or an odd number of digits.
    """
    digits = block.body.translate(_DROP_WHITESPACE)
    try:
        return bytes.fromhex(digits)
    except ValueError:
        pass
    wrong = _NOT_HEX.search(block.body)
    if wrong is None:
        raise head.error(f"the data of {head.value} has an odd number of hexadecimal digits ({len(digits)})")
    comment = block.body.startswith(("//", "/*"), wrong.start())
    raise head.error(
        f"{quote(wrong.group())} in the data of {head.value} is no hexadecimal digit",
        "move the comment above the block" if comment else "the data is two hexadecimal digits for each byte",
        line=line_at(block.body, wrong.start(), block.body_line),
    )


def _format(field: Field) -> TextureFormat:
    found = texture_format(field.value)
    if found is None:
        raise field.error(
            f"there is no texture format {quote(field.value)}", "formats are like r8, rg16, rgba16f, rgba32f, r32u"
        )
    return found


def _size(field: Field) -> tuple[int, ...]:
    values = [positive(word) for word in field.value.split()]
    size = tuple(value for value in values if value is not None and value <= MAX_EXTENT)
    if not 1 <= len(values) <= 3 or len(size) != len(values):
        raise field.error(
            f"SIZE takes one to three positive integers up to {MAX_EXTENT}, not {quote(field.value)}",
            "for example //!SIZE 64 64",
        )
    return size


def _choice(field: Field, choices: type[_Choice]) -> _Choice:
    """The member of an enum whose value is the argument."""
    known = [str(choice.value) for choice in choices]
    if field.value not in known:
        near = nearest(field.value, known)
        raise field.error(
            f"{field.keyword} takes {' or '.join(known)}, not {quote(field.value)}",
            f"did you mean {near}?" if near else "",
        )
    return choices(field.value)
