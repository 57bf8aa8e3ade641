"""Reading a BUFFER block: VAR, STORAGE, the payload, and the byte layout of the members."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from anime4k.hooks.blocks import Block
from anime4k.hooks.decl import BufferDecl, BufferMember, Origin
from anime4k.hooks.syntax import (
    MAX_MEMBERS,
    MAX_RESOURCE_BYTES,
    Field,
    is_identifier,
    leading_word,
    nearest,
    positive,
    quote,
)
from anime4k.hooks.texture import hex_payload

KEYWORDS = ("BUFFER", "VAR", "STORAGE")


@dataclass(frozen=True)
class Shape:
    """The shape of a GLSL type: columns of vectors of `rows` 4-byte components."""

    columns: int
    rows: int


TYPES: dict[str, Shape] = {
    **{name: Shape(1, 1) for name in ("float", "int", "uint")},
    **{f"{prefix}vec{n}": Shape(1, n) for prefix in ("", "i", "u") for n in (2, 3, 4)},
    **{f"mat{n}": Shape(n, n) for n in (2, 3, 4)},
    **{f"mat{c}x{r}": Shape(c, r) for c in (2, 3, 4) for r in (2, 3, 4)},
}
"""The types a member may have."""

_VAR = re.compile(r"([A-Za-z0-9]+)\s+([^\s\[;]+)\s*(?:\[\s*([^\]]*?)\s*\].*|;?)")


def layout(variables: Sequence[tuple[str, str, int]], storage: bool) -> tuple[BufferMember, ...]:
    """Byte offsets of (type, name, count) members: std430 with `storage`, std140 without.

    A vector aligns to its size (three components as four). The elements of an array and the columns of a
    matrix follow each other at that alignment, which std140 rounds up to 16 bytes.
    """
    members: list[BufferMember] = []
    end = 0
    for type_, name, count in variables:
        shape = TYPES[type_]
        align = 4 * (4 if shape.rows == 3 else shape.rows)
        size = 4 * shape.rows
        if count > 1 or shape.columns > 1:
            if not storage:
                align = (align + 15) // 16 * 16
            size = align * shape.columns * count
        offset = (end + align - 1) // align * align
        members.append(BufferMember(type_, name, count, offset, size))
        end = offset + size
    return tuple(members)


def parse_buffer(block: Block, fields: Iterable[Field], path: str) -> BufferDecl:
    """The buffer that a block declares.

    Raises:
        ShaderSyntaxError: a malformed VAR line, no VAR line at all, or a payload whose length is not the size of the
            block (only a storage buffer may have none).
    """
    variables: list[tuple[str, str, int]] = []
    names: set[str] = set()
    storage = False
    head: Field | None = None
    for field in fields:
        match field.keyword:
            case "BUFFER":
                head = field
            case "STORAGE":
                storage = True
            case _:
                variable = _variable(field)
                if variable[1] in names:
                    raise field.error(f"the member {variable[1]} is declared twice", "give it another name")
                if len(variables) == MAX_MEMBERS:
                    raise field.error(f"the buffer has more than {MAX_MEMBERS} members", "use an array")
                names.add(variable[1])
                variables.append(variable)
    assert head is not None  # the block kind is decided by this directive
    if not is_identifier(head.value):
        raise head.error(f"{quote(head.value)} is no name for a buffer", "use letters, digits and underscores")
    if not variables:
        raise head.error(f"the buffer {head.value} has no members", "add for example //!VAR float counter")
    members = layout(variables, storage)
    size = members[-1].offset + members[-1].size
    if size > MAX_RESOURCE_BYTES:
        raise head.error(f"the buffer {head.value} needs {size} bytes, the limit is {MAX_RESOURCE_BYTES}")
    payload = hex_payload(block, head)
    if len(payload) != size and not (storage and not payload):
        raise head.error(
            f"the buffer {head.value} has {len(payload)} bytes of data, its members need {size}",
            "count the padding of the layout" if payload else "give the data or add //!STORAGE",
        )
    return BufferDecl(head.value, members, storage, payload, size, Origin(path, block.line))


def _variable(field: Field) -> tuple[str, str, int]:
    """Type, name and number of elements of a VAR line; what follows the bracket is ignored."""
    found = _VAR.fullmatch(field.value)
    if found is None or not is_identifier(found[2]):
        raise field.error(f"VAR takes a type and a name, not {quote(field.value)}", "for example //!VAR vec4 state[8]")
    type_, name, extent = found.groups()
    if type_ not in TYPES:
        near = nearest(leading_word(type_), tuple(TYPES))
        raise field.error(
            f"{quote(type_)} is no type for a buffer member",
            f"did you mean {near}?" if near else "use float, int, uint, their vectors and matrices",
        )
    count = 1 if extent is None else positive(extent)
    if count is None:
        raise field.error(f"the number of elements of {name} must be a positive integer, not {quote(extent or '')}")
    return type_, name, count
