"""The values of the parameters of shader files: defaults, user overrides, look-up in expressions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from anime4k.hooks.decl import ParamDecl, Scalar, ShaderFile
from anime4k.hooks.param import RANGES
from anime4k.hooks.rpn import VariableLookup
from anime4k.hooks.syntax import nearest, number, quote

ParamValues = Mapping[str, float]
"""Name of a parameter -> its value; an ENUM has the index of its label."""


def defaults(file: ShaderFile) -> dict[str, float]:
    """The value every parameter of a file has without overrides."""
    return {param.name: param.default for param in file.params}


def resolve_overrides(
    files: Sequence[ShaderFile], overrides: Sequence[tuple[str, str]]
) -> tuple[list[dict[str, float]], list[str]]:
    """The values of all parameters after user overrides.

    A key is `param`, which reaches every file that has such a parameter, or `shader/param`, where `shader` is the
    base name of the file without extension. Overrides apply in order, so the later one wins; an ENUM takes a label
    or an index. An override that fits nowhere or has a bad value is left out.

    Returns:
        Per file, name -> value; and one sentence for every override that was left out.
    """
    values = [defaults(file) for file in files]
    messages: list[str] = []
    for key, text in overrides:
        scope, _, name = key.rpartition("/")
        found = False
        for file, current in zip(files, values, strict=True):
            if scope and scope != file.name:
                continue
            for param in file.params:
                if param.name == name:
                    found = True
                    value = parse_value(param, text)
                    if value is None:
                        messages.append(_refused(file, param, key, text))
                    else:
                        current[name] = value
        if not found:
            messages.append(_not_found(files, key))
    return values, messages


def parse_value(param: ParamDecl, text: str) -> float | None:
    """The value that the user wrote for a parameter, or None when it does not fit type and bounds."""
    text = text.strip()
    if text in param.labels:
        return float(param.labels.index(text))
    value = number(text)
    if value is None or not param.minimum <= value <= param.maximum:
        return None
    low, high = RANGES[param.scalar]
    if not low <= value <= high:
        return None
    if param.scalar is Scalar.FLOAT:
        return value
    return int(value) if value.is_integer() else None


def variable_lookup(file: ShaderFile, values: ParamValues) -> VariableLookup:
    """The look-up of names in the expressions of a file.

    Parameters are searched in the order of declaration, each by its own name first, then by its labels. A parameter
    that `values` does not hold has its default.
    """
    table: dict[str, float] = {}
    for param in file.params:
        table.setdefault(param.name, values.get(param.name, param.default))
        for index, label in enumerate(param.labels):
            table.setdefault(label, float(index))
    return table.get


def describe_range(param: ParamDecl) -> str:
    """The values that a parameter takes, in words."""
    if param.labels:
        return "one of " + ", ".join(param.labels)
    kind = "a number" if param.scalar is Scalar.FLOAT else "a whole number"
    low, high = param.minimum, param.maximum
    if low == float("-inf"):
        return kind if high == float("inf") else f"{kind} up to {high:g}"
    return f"{kind} from {low:g}" + ("" if high == float("inf") else f" to {high:g}")


def _refused(file: ShaderFile, param: ParamDecl, key: str, text: str) -> str:
    return f"{file.name}: {key}={text} is ignored: {param.name} takes {describe_range(param)}"


def _not_found(files: Sequence[ShaderFile], key: str) -> str:
    known = [param.name for file in files for param in file.params]
    known += [f"{file.name}/{param.name}" for file in files for param in file.params]
    near = nearest(key, known)
    message = f"no loaded shader has the parameter {quote(key)}"
    return message + (f"; did you mean {near}?" if near else "" if known else "; the loaded shaders have none")
