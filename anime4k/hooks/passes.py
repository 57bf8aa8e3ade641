"""Reading a pass block: HOOK, BIND, SAVE, DESC, WIDTH, HEIGHT, WHEN, OFFSET, COMPONENTS, COMPUTE."""

from __future__ import annotations

from collections.abc import Iterable

from anime4k.hooks.blocks import Block
from anime4k.hooks.decl import ComputeDecl, Expression, Origin, PassDecl, Remark
from anime4k.hooks.rpn import parse_expression
from anime4k.hooks.stages import Stage
from anime4k.hooks.syntax import MAX_BINDS, MAX_EXTENT, MAX_HOOKS, Field, integer, nearest, number, positive, quote

KEYWORDS = ("HOOK", "BIND", "SAVE", "DESC", "WIDTH", "HEIGHT", "WHEN", "OFFSET", "COMPONENTS", "COMPUTE")

STAGE_NAMES = tuple(name for stage in Stage for name in stage.names)


def parse_pass(block: Block, fields: Iterable[Field], path: str, remarks: list[Remark]) -> PassDecl:
    """The pass that a block declares; a repeated single-valued directive counts once, the last time.

    Raises:
        ShaderSyntaxError: a malformed argument, or too many HOOK or BIND lines.
    """
    origin = Origin(path, block.line)
    hooks: list[Field] = []
    binds: list[Field] = []
    last: dict[str, Field] = {}
    offset = (0.0, 0.0)
    align = False
    for field in fields:
        match field.keyword:
            case "HOOK":
                _append(hooks, field, MAX_HOOKS)
            case "BIND":
                _append(binds, field, MAX_BINDS)
            case "SAVE":
                last["SAVE"] = _named(field)
            case "OFFSET" if field.value == "ALIGN":
                align = True
            case "OFFSET":
                offset = _offset(field)
            case _:
                last[field.keyword] = field
    if not hooks:
        remarks.append(Remark(origin, "this pass has no HOOK line and never runs; add for example //!HOOK MAIN"))
    for field in hooks:
        if Stage.parse(field.value) is None:
            remarks.append(Remark(field.origin, _unknown_stage(field.value)))
    stages = (Stage.parse(field.value) for field in hooks)
    return PassDecl(
        hooks=tuple(dict.fromkeys(stage for stage in stages if stage is not None)),
        unknown_hooks=tuple(field.value for field in hooks if Stage.parse(field.value) is None),
        binds=tuple(field.value for field in binds),
        save=last["SAVE"].value if "SAVE" in last else None,
        desc=last["DESC"].value if "DESC" in last else "",
        width=_expression(last.get("WIDTH")),
        height=_expression(last.get("HEIGHT")),
        when=_expression(last.get("WHEN")),
        offset=offset,
        align=align,
        components=_components(last.get("COMPONENTS"), remarks),
        compute=_compute(last.get("COMPUTE")),
        body=block.body,
        body_line=block.body_line,
        origin=origin,
    )


def _unknown_stage(name: str) -> str:
    """The remark about a HOOK line that names no stage."""
    if "//" in name:
        hint = "directive lines have no trailing comments: remove it"
    else:
        near = nearest(name, STAGE_NAMES)
        hint = f"did you mean {near}?" if near else "the stages are " + ", ".join(STAGE_NAMES)
    return f"no stage is called {quote(name)}, so this HOOK never fires; {hint}"


def _append(fields: list[Field], field: Field, limit: int) -> None:
    if len(fields) == limit:
        raise field.error(f"the pass has more than {limit} {field.keyword} lines", "split it into two passes")
    fields.append(_named(field))


def _named(field: Field) -> Field:
    if not field.value:
        example = "MAIN" if field.keyword == "HOOK" else "HOOKED" if field.keyword == "BIND" else "RESULT"
        raise field.error(f"{field.keyword} needs a name", f"for example //!{field.keyword} {example}")
    return field


def _expression(field: Field | None) -> Expression | None:
    """The expression of a directive; an empty one leaves the default."""
    if field is None or not field.value:
        return None
    return parse_expression(field.value, field.origin, field.keyword)


def _offset(field: Field) -> tuple[float, float]:
    values = [number(word) for word in field.value.split()]
    match values:
        case [float(x), float(y)]:
            return x, y
    raise field.error(f"OFFSET takes two numbers or ALIGN, not {quote(field.value)}", "for example //!OFFSET -0.5 -0.5")


def _components(field: Field | None, remarks: list[Remark]) -> int:
    if field is None:
        return 0
    value = integer(field.value)
    if value is None:
        raise field.error(f"COMPONENTS takes one number from 0 to 4, not {quote(field.value)}")
    clamped = min(max(value, 0), 4)
    if clamped != value:
        remarks.append(Remark(field.origin, f"COMPONENTS {value} is taken as {clamped}; write a number from 0 to 4"))
    return clamped


def _compute(field: Field | None) -> ComputeDecl | None:
    if field is None:
        return None
    values = [positive(word) for word in field.value.split()]
    if all(value is not None and value <= MAX_EXTENT for value in values):
        match values:
            case [int(width), int(height)]:
                return ComputeDecl(width, height, width, height)
            case [int(width), int(height), int(threads_x), int(threads_y)]:
                return ComputeDecl(width, height, threads_x, threads_y)
    raise field.error(
        f"COMPUTE takes two or four positive integers up to {MAX_EXTENT}, not {quote(field.value)}",
        "for example //!COMPUTE 32 8",
    )
