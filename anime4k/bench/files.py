"""Reports as JSON: written, read and checked against the schema that the package keeps."""

from __future__ import annotations

import dataclasses
import functools
import json
import types
import typing
from importlib import resources
from pathlib import Path
from typing import Any

from anime4k.bench.report import SCHEMA, Report
from anime4k.bench.schema import problem_with
from anime4k.errors import MediaError, OutputError

MOST_BYTES = 64_000_000
"""A larger file is no report."""


@functools.cache
def schema() -> dict[str, Any]:
    """The JSON Schema of reports."""
    text = (resources.files("anime4k.bench") / "schema.json").read_text(encoding="utf-8")
    found: dict[str, Any] = json.loads(text)
    return found


def as_json(report: Report) -> str:
    """A report as text: one line for each array of numbers."""
    return _text(dataclasses.asdict(report), "") + "\n"


def write(path: Path, text: str) -> None:
    """Write a text file.

    Raises:
        OutputError: it cannot be written.
    """
    try:
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise OutputError(f"{path} cannot be written ({error.strerror or error}); choose another place") from error


def read(path: Path) -> Report:
    """Read a report.

    Raises:
        MediaError: there is no such file, or it is no report; the message says where it departs from one.
    """
    try:
        if path.stat().st_size > MOST_BYTES:
            raise MediaError(f"{path} is too large for a report; give a file that 'anime4k bench --json' has written")
        content = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise MediaError(f"{path} cannot be read ({error.strerror or error}); check its name") from error
    except (ValueError, RecursionError) as error:
        raise MediaError(
            f"{path} is no JSON ({error}); give a file that 'anime4k bench --json' has written"
        ) from error
    number = content.get("schema") if isinstance(content, dict) else None
    if isinstance(number, int) and number > SCHEMA:
        raise MediaError(f"{path} was written by a newer version (schema {number}, this one knows {SCHEMA}); update")
    problem = problem_with(content, schema())
    if problem:
        raise MediaError(f"{path} is no report of 'anime4k bench --json': {problem}")
    report = _made(Report, content)
    assert isinstance(report, Report)
    return report


def _text(value: object, indent: str) -> str:
    if isinstance(value, dict):
        inner = indent + " "
        rows = [f"{inner}{json.dumps(key)}: {_text(each, inner)}" for key, each in value.items()]
        return "{\n" + ",\n".join(rows) + f"\n{indent}}}" if rows else "{}"
    if isinstance(value, list | tuple):
        if not any(isinstance(each, dict | list | tuple) for each in value):
            return json.dumps(value, separators=(",", ":"), allow_nan=False)
        inner = indent + " "
        return "[\n" + ",\n".join(inner + _text(each, inner) for each in value) + f"\n{indent}]"
    if isinstance(value, float):
        return json.dumps(round(value, 6), allow_nan=False)
    return json.dumps(value, allow_nan=False)


def _made(kind: Any, value: Any) -> Any:
    """A value of a type out of what JSON gave; the schema has been checked."""
    if dataclasses.is_dataclass(kind):
        hints = typing.get_type_hints(kind)
        return typing.cast(Any, kind)(
            **{field.name: _made(hints[field.name], value[field.name]) for field in dataclasses.fields(kind)}
        )
    origin, arguments = typing.get_origin(kind), typing.get_args(kind)
    if origin is types.UnionType:
        return None if value is None else _made(next(one for one in arguments if one is not type(None)), value)
    if origin is tuple:
        kinds = [arguments[0]] * len(value) if arguments[-1] is Ellipsis else arguments
        return tuple(_made(one, each) for one, each in zip(kinds, value, strict=True))
    return float(value) if kind is float else value
