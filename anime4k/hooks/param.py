"""Reading a PARAM block: DESC, TYPE, MINIMUM, MAXIMUM and the default value or the ENUM labels."""

from __future__ import annotations

import math
from collections.abc import Iterable

from anime4k.hooks.blocks import Block
from anime4k.hooks.decl import Origin, ParamDecl, ParamKind, Remark, Scalar
from anime4k.hooks.syntax import MAX_LABELS, WHITESPACE, Field, is_identifier, number, quote

KEYWORDS = ("PARAM", "DESC", "TYPE", "MINIMUM", "MAXIMUM")

_KINDS = {"DYNAMIC": ParamKind.DYNAMIC, "CONSTANT": ParamKind.CONSTANT}
_SCALARS = {scalar.value: scalar for scalar in Scalar}
RANGES = {
    Scalar.FLOAT: (-3.4028234663852886e38, 3.4028234663852886e38),
    Scalar.INT: (-(2**31), 2**31 - 1),
    Scalar.UINT: (0, 2**32 - 1),
}
"""The values that fit the type."""


def parse_param(block: Block, fields: Iterable[Field], path: str, remarks: list[Remark]) -> ParamDecl:
    """The parameter that a block declares.

    Raises:
        ShaderSyntaxError: no TYPE, a malformed number or label, or a default outside the bounds.
    """
    last = {field.keyword: field for field in fields}
    head = last["PARAM"]
    name = head.value
    if not is_identifier(name):
        raise head.error(f"{quote(name)} is no name for a parameter", "use letters, digits and underscores")
    if "TYPE" not in last:
        raise head.error(f"the parameter {name} has no TYPE", "for example //!TYPE float")
    enumerated, kind, scalar = _type(last["TYPE"])
    labels: tuple[str, ...] = ()
    if enumerated:
        labels = _labels(block, head, remarks)
        minimum, maximum, default = 0.0, len(labels) - 1.0, 0.0
    else:
        minimum = _bound(last.get("MINIMUM"), -math.inf, scalar)
        maximum = _bound(last.get("MAXIMUM"), math.inf, scalar)
        if scalar is Scalar.UINT:
            minimum = max(minimum, 0.0)
        default = _default(block, head, scalar, remarks)
        if not minimum <= default <= maximum:
            raise head.error(
                f"the default {default:g} of {name} lies outside {minimum:g} to {maximum:g}",
                "change the default, MINIMUM or MAXIMUM",
            )
    desc = last["DESC"].value if "DESC" in last else ""
    return ParamDecl(name, desc, kind, scalar, minimum, maximum, default, labels, Origin(path, block.line))


def _type(field: Field) -> tuple[bool, ParamKind, Scalar]:
    """Whether the parameter is an ENUM, its kind and its scalar type."""
    match field.value.split():
        case ["ENUM", *rest]:
            enumerated = True
        case rest:
            enumerated = False
    match rest:
        case ["DEFINE"]:
            return enumerated, ParamKind.DEFINE, Scalar.INT
        case [scalar] if scalar in _SCALARS:
            kind = ParamKind.UNIFORM
        case ["DYNAMIC" | "CONSTANT" as word, scalar] if scalar in _SCALARS:
            kind = _KINDS[word]
        case _:
            raise field.error(
                f"{quote(field.value)} is no parameter type",
                "write float, int or uint, with DYNAMIC or CONSTANT before it, or DEFINE, or ENUM int",
            )
    if enumerated and _SCALARS[scalar] is Scalar.FLOAT:
        raise field.error("an ENUM cannot be a float", "write //!TYPE ENUM int")
    return enumerated, kind, _SCALARS[scalar]


def _bound(field: Field | None, unbounded: float, scalar: Scalar) -> float:
    if field is None:
        return unbounded
    value = number(field.value)
    if value is None:
        raise field.error(f"{field.keyword} takes one number, not {quote(field.value)}")
    return value if scalar is Scalar.FLOAT else float(math.trunc(value))


def _default(block: Block, head: Field, scalar: Scalar, remarks: list[Remark]) -> float:
    """The number on the first line of the body that is not empty."""
    lines = _lines(block, head, remarks)
    if not lines:
        raise head.error(f"the parameter {head.value} has no default value", "write the number below the header")
    line, text = lines[0]
    value = number(text)
    if value is None:
        raise head.error(f"the default of {head.value} must be one number, not {quote(text)}", line=line)
    if len(lines) > 1:
        extra = Origin(head.origin.path, lines[1][0])
        remarks.append(Remark(extra, f"text after the default value of {head.value} is ignored; remove it"))
    if scalar is not Scalar.FLOAT:
        value = math.trunc(value)
    low, high = RANGES[scalar]
    if not low <= value <= high:
        raise head.error(f"the default of {head.value} does not fit into {scalar.value}", line=line)
    return value


def _labels(block: Block, head: Field, remarks: list[Remark]) -> tuple[str, ...]:
    """The labels of an ENUM, one a line."""
    lines = _lines(block, head, remarks)
    if not lines:
        raise head.error(f"the ENUM {head.value} has no labels", "write one label a line below the header")
    if len(lines) > MAX_LABELS:
        raise head.error(f"the ENUM {head.value} has more than {MAX_LABELS} labels")
    seen: set[str] = set()
    for line, text in lines:
        if not is_identifier(text):
            raise head.error(
                f"{quote(text)} is no label for the ENUM {head.value}", "use letters, digits and underscores", line
            )
        if text in seen:
            raise head.error(f"the label {text} of {head.value} occurs twice", "remove one", line)
        seen.add(text)
    return tuple(text for _, text in lines)


def _lines(block: Block, head: Field, remarks: list[Remark]) -> list[tuple[int, str]]:
    """The lines of the body that hold something, with their numbers; comments are taken off with a remark."""
    found: list[tuple[int, str]] = []
    for line, text in enumerate(block.body.split("\n"), block.body_line):
        value, comment, _ = text.partition("//")
        if comment:
            remarks.append(
                Remark(
                    Origin(head.origin.path, line),
                    f"a comment stands in the value of PARAM {head.value}, which other players refuse; "
                    "move it above the block",
                )
            )
        value = value.strip(WHITESPACE)
        if value:
            found.append((line, value))
    return found
