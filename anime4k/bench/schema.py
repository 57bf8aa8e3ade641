"""As much of JSON Schema as the schema of reports uses: checking a value, and saying where it departs. Pure."""

from __future__ import annotations

import math
from typing import Any

_TYPES: dict[str, tuple[type, ...]] = {
    "object": (dict,),
    "array": (list,),
    "string": (str,),
    "number": (int, float),
    "integer": (int,),
    "boolean": (bool,),
    "null": (type(None),),
}
KEYWORDS = frozenset(
    ("$schema", "$id", "$defs", "$ref", "title", "description", "type", "const", "required", "properties",
     "additionalProperties", "items", "minItems", "maxItems", "minimum", "maximum", "anyOf")
)  # fmt: skip
"""What is understood; the schema uses nothing else."""


def problem_with(value: Any, schema: dict[str, Any]) -> str:
    """Where a value departs from a schema, a clause such as "modes[0].frame.p50 is missing"; empty = nowhere."""
    return _problem(value, schema, schema, "")


def _problem(value: Any, rule: dict[str, Any], root: dict[str, Any], place: str) -> str:
    if "$ref" in rule:
        return _problem(value, root["$defs"][rule["$ref"].rpartition("/")[2]], root, place)
    if "anyOf" in rule:
        problems = [_problem(value, one, root, place) for one in rule["anyOf"]]
        return "" if "" in problems else problems[-1]
    name = place or "the file"
    wanted = rule.get("type")
    if wanted is not None and not _is(value, wanted):
        return f"{name} is not of the type {wanted}"
    if "const" in rule and value != rule["const"]:
        return f"{name} is not {rule['const']!r}"
    if isinstance(value, dict):
        return _object_problem(value, rule, root, place)
    if isinstance(value, list):
        if not rule.get("minItems", 0) <= len(value) <= rule.get("maxItems", math.inf):
            return f"{name} has {len(value)} entries"
        for number, each in enumerate(value):
            if found := _problem(each, rule.get("items", {}), root, f"{place}[{number}]"):
                return found
    elif isinstance(value, int | float) and not _in_range(value, rule):
        return f"{name} is {value}, which is out of range"
    return ""


def _in_range(value: float, rule: dict[str, Any]) -> bool:
    return math.isfinite(value) and rule.get("minimum", -math.inf) <= value <= rule.get("maximum", math.inf)


def _object_problem(value: dict[str, Any], rule: dict[str, Any], root: dict[str, Any], place: str) -> str:
    dot = f"{place}." if place else ""
    for key in rule.get("required", ()):
        if key not in value:
            return f"{dot}{key} is missing"
    known = rule.get("properties", {})
    for key, each in value.items():
        if key not in known:
            if rule.get("additionalProperties", True) is False:
                return f"{dot}{key} is unknown"
            continue
        if found := _problem(each, known[key], root, f"{dot}{key}"):
            return found
    return ""


def _is(value: Any, wanted: str) -> bool:
    if isinstance(value, bool):
        return wanted == "boolean"
    return isinstance(value, _TYPES[wanted])
