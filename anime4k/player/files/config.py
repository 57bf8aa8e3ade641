"""A user's file with defaults for the options of the player: `name=value` lines with the names of the command line.

    # player.conf
    mode=a-hq
    fs=yes
    shader=grain.glsl

What the command line says comes first, then the file, then the built-in default. A line that is wrong is one sentence
and changes nothing.
"""

from __future__ import annotations

import difflib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from anime4k.errors import UsageError
from anime4k.options import Kind, Option, Value, format_value, parse_value

FILE_NAME = "player.conf"
LARGEST_FILE = 1024 * 1024
MOST_PROBLEMS = 20
EXCLUSIVE: Sequence[Sequence[str]] = (("mode", "shader"), ("scale", "size"))
"""Options of which one stands in for the other."""


class Unset:
    """The type of `UNSET`."""

    def __repr__(self) -> str:
        return "UNSET"


UNSET: Final = Unset()
"""The default that an argument parser is given, to be told apart from every value that users can ask for."""

Values = Mapping[str, Value | tuple[Value, ...]]


@dataclass(frozen=True)
class Config:
    """What a file says.

    Attributes:
        values: attribute name of an option to its value; a tuple of them where the option may be repeated.
        problems: one sentence for each line that is left out.
    """

    values: Values = field(default_factory=dict)
    problems: tuple[str, ...] = ()


def load(path: Path, options: Sequence[Option]) -> Config:
    """The settings in a file; one that does not exist says nothing.

    Args:
        path: the file.
        options: what can be set.
    """
    try:
        with path.open("rb") as file:
            data = file.read(LARGEST_FILE + 1)
    except FileNotFoundError:
        return Config()
    except OSError as error:
        return Config(problems=(f"{path} cannot be read ({error.strerror}), so the built-in defaults hold",))
    if len(data) > LARGEST_FILE or b"\x00" in data:
        return Config(problems=(f"{path} is no text file with settings, so the built-in defaults hold",))
    return parse(data.decode("utf-8-sig", "replace"), options, str(path))


def parse(text: str, options: Sequence[Option], name: str = FILE_NAME) -> Config:
    """The settings in `text`; `name` is the file that problems are about."""
    known = {option.name: option for option in options}
    values: dict[str, Value | tuple[Value, ...]] = {}
    problems: list[str] = []
    for number, line in enumerate(text.split("\n"), 1):
        try:
            found = _setting(line, known)
        except UsageError as error:
            problems.append(f"{name}:{number}: {error}")
            continue
        if found is None:
            continue
        option, value = found
        if option.repeatable:
            before = values.get(option.attribute, ())
            values[option.attribute] = (*(before if isinstance(before, tuple) else ()), value)
        else:
            values[option.attribute] = value
    if len(problems) > MOST_PROBLEMS:
        more = len(problems) - MOST_PROBLEMS
        problems[MOST_PROBLEMS:] = [f"{name}: {more} more lines are wrong and left out"]
    return Config(values, tuple(problems))


def given_names(given: Mapping[str, object], options: Sequence[Option]) -> frozenset[str]:
    """The attribute names of the options that have a value in `given`, which means what it does to `resolve`."""
    values = {option.attribute: given.get(option.attribute, UNSET) for option in options}
    lists = {option.attribute for option in options if option.repeatable}
    return frozenset(
        name
        for name, value in values.items()
        if not isinstance(value, Unset) and not (name in lists and value is None)
    )


def resolve(
    given: Mapping[str, object],
    options: Sequence[Option],
    config: Config,
    exclusive: Sequence[Sequence[str]] = EXCLUSIVE,
) -> dict[str, object]:
    """The value of every option: what was given, else what the file says, else the built-in default.

    Args:
        given: by attribute name; `UNSET`, or None where the option may be repeated, = nothing was given.
        options: the rows.
        config: the file.
        exclusive: attribute names of options of which one stands in for the others: once one of them was given, the
            file has no say about any of them.

    Returns:
        Attribute name to value, for every option.
    """
    said = given_names(given, options)
    decided = said | {name for names in exclusive if said.intersection(names) for name in names}
    result: dict[str, object] = {}
    for option in options:
        name = option.attribute
        if name in said:
            result[name] = given[name]
        elif name in config.values and name not in decided:
            value = config.values[name]
            result[name] = list(value) if option.repeatable and isinstance(value, tuple) else value
        elif option.repeatable:
            result[name] = []
        else:
            result[name] = bool(option.default) if option.kind is Kind.FLAG else option.default
    return result


def unset(options: Sequence[Option]) -> dict[str, object]:
    """The defaults for an argument parser whose results go through `resolve`."""
    # A list is needed by arguments that append; argparse makes one of None.
    return {option.attribute: None if option.repeatable else UNSET for option in options}


def template(options: Sequence[Option]) -> str:
    """A file with every option as a comment, for users to change."""
    parts = [
        "# Defaults of 'anime4k play': name=value, with the names of the command line.\n"
        "# Remove the # of a line and change it. The command line still comes first.\n"
    ]
    for option in options:
        default = option.default
        if option.kind is Kind.FLAG:
            shown = format_value(bool(default))
        else:
            shown = "" if default is None else format_value(default)
        parts.append(f"\n# {option.full_help}\n#{option.name}={shown}\n")
    return "".join(parts)


def _setting(line: str, known: Mapping[str, Option]) -> tuple[Option, Value] | None:
    stripped = line.strip()
    if not stripped or stripped.startswith("#"):
        return None
    name, equals, text = (part.strip() for part in stripped.removeprefix("--").partition("="))
    option = known.get(name.lower())
    if option is None:
        near = difflib.get_close_matches(name.lower(), known, n=1)
        guess = f"perhaps {near[0]!r} is meant" if near else "'anime4k play --help' lists them"
        raise UsageError(f"there is no option {name[:40]!r}; {guess}")
    if not equals and option.kind is Kind.FLAG:
        return option, True
    text = _value(text)
    if not text and not (equals and option.default == ""):
        raise UsageError(f"{name} has no value; write {name}={option.metavar or 'VALUE'}, or remove the line")
    try:
        return option, parse_value(option, text)
    except UsageError as error:
        raise UsageError(f"{name}: {error}") from None


def _value(text: str) -> str:
    """A value without a comment behind it; quotation marks keep everything between them."""
    if text[:1] in ("'", '"'):
        end = text.find(text[0], 1)
        behind = text[end + 1 :].strip()
        if end < 0 or (behind and not behind.startswith("#")):
            raise UsageError(f"the quotation {text[:40]} does not end where the value ends; put {text[0]} there")
        return text[1:end]
    for mark in (" #", "\t#"):
        text = text.partition(mark)[0]
    return text.strip()
