"""Writing the values of parameters into the passes that use them."""

from __future__ import annotations

import re
from dataclasses import replace

from anime4k.hooks.decl import ParamDecl, ParamKind, PassDecl, Scalar, ShaderFile
from anime4k.hooks.rename import is_selection, replace_variables

AUTOMATIC = frozenset({
    "PTS", "chroma_offset_x", "chroma_offset_y", "min_luma", "max_luma", "max_cll", "max_fall",
    "scene_max_r", "scene_max_g", "scene_max_b", "scene_avg", "max_pq_y", "avg_pq_y",
})  # fmt: skip
"""Parameters that the player fills by their name, so they stay parameters and keep it."""

_WORD = re.compile(r"\w+", re.ASCII)


def bake(file: ShaderFile, *, everything: bool) -> ShaderFile:
    """The file with the default values of parameters written into its passes.

    Args:
        file: the declarations.
        everything: all parameters, or only those whose value cannot be a default: that of an ENUM is always its
            first label.
    """
    fixed = [
        param
        for param in file.params
        if param.name not in AUTOMATIC and (everything or (param.labels and param.default))
    ]
    if not fixed:
        return file
    names = {param.name for param in fixed}
    numbers: dict[str, str] = {}
    for param in fixed:
        numbers.setdefault(param.name, _in_expression(param.default))
        for index, label in enumerate(param.labels):
            numbers.setdefault(label, str(index))
    passes = []
    for decl in file.passes:
        width, height, when = (
            None if expression is None else replace_variables(expression, numbers)
            for expression in (decl.width, decl.height, decl.when)
        )
        passes.append(replace(decl, body=_definitions(fixed, decl) + decl.body, width=width, height=height, when=when))
    return replace(file, passes=tuple(passes), params=tuple(param for param in file.params if param.name not in names))


def _definitions(fixed: list[ParamDecl], decl: PassDecl) -> str:
    """The lines that stand for parameters in the body of a pass."""
    taken = set(_WORD.findall(decl.body))
    lines: list[str] = []
    for param in fixed:
        if param.kind is ParamKind.DEFINE:
            lines.append(f"#define {param.name} {_literal(param)}\n")
        else:
            # A variable, so that the body may declare one of its own with the same name in a function; and a macro,
            # so that a value that the body gives in case there is no such parameter is not taken.
            name = param.name if is_selection(param.name) else _free(f"{param.name}_baked", taken)
            lines.append(f"const {param.scalar.value} {name} = {_literal(param)};\n")
            if name != param.name:
                lines.append(f"#define {param.name} {name}\n")
        lines += [f"#define {label} {index}\n" for index, label in enumerate(param.labels)]
    return "".join(lines)


def _free(name: str, taken: set[str]) -> str:
    while name in taken:
        name += "_"
    return name


def _literal(param: ParamDecl) -> str:
    """The value in GLSL; a macro with a sign needs brackets."""
    if param.scalar is Scalar.FLOAT:
        return repr(float(param.default))
    if param.kind is ParamKind.DEFINE:
        return f"({int(param.default)})" if param.default < 0 else str(int(param.default))
    return f"{int(param.default)}{'u' if param.scalar is Scalar.UINT else ''}"


def _in_expression(value: float) -> str:
    """A number in RPN, where a minus sign is always the subtraction."""
    text = format(abs(value), ".9g")
    return f"0 {text} -" if value < 0 else text
