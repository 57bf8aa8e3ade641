"""The branches of `#if` that hold, as far as the text alone tells."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import NamedTuple

_DIRECTIVE = re.compile(r"[ \t]*#[ \t]*(\w+)\b[ \t]*(.*)")
_NAME = re.compile(r"(!?)[ \t]*defined(?:[ \t]*\([ \t]*|[ \t]+)(\w+)[ \t]*\)?", re.ASCII)
_COMPARISON = re.compile(r"(\w+)[ \t]*(?:(==|!=|<=|>=|<|>)[ \t]*(-?\d+))?", re.ASCII)
_NUMBER = re.compile(r"-?(?:0|[1-9]\d*)")
_OF_THE_DRIVER = re.compile(r"GL_|__")
"""How names begin that a compiler may have defined itself."""
_DEFINE = re.compile(r"(\w+)(\(?)[ \t]*(.*)")


class _Level(NamedTuple):
    """An `#if` that is open: whether it is looked at at all, whether this branch holds, whether one has held."""

    outer: bool
    holds: bool
    done: bool


class _UnknownConditionError(Exception):
    """A condition cannot be told."""


def resolved(code: str, macros: Mapping[str, str]) -> str | None:
    """The text with empty lines in place of conditions and of branches that do not hold; None where one is unclear.

    Args:
        code: without comments.
        macros: what is defined before it: name -> text.
    """
    if not re.search(r"^[ \t]*#[ \t]*(?:if|undef)", code, re.MULTILINE):
        return code
    known = dict(macros)
    lines: list[str] = []
    taken: list[_Level] = []
    try:
        for line in code.split("\n"):
            found = _DIRECTIVE.match(line)
            word, rest = (found[1], found[2].rstrip()) if found else ("", "")
            active = not taken or taken[-1].holds
            if word in ("if", "ifdef", "ifndef"):
                holds = active and _holds(word, rest, known)
                taken.append(_Level(active, holds, holds))
            elif word in ("elif", "else") and taken:
                outer, _, done = taken[-1]
                holds = outer and not done and (word == "else" or _holds("if", rest, known))
                taken[-1] = _Level(outer, holds, done or holds)
            elif word == "endif" and taken:
                taken.pop()
            elif active:
                if word == "undef" or (word == "define" and line.endswith("\\")):
                    return None
                if word == "define" and (defined := _DEFINE.match(rest)):
                    known[defined[1]] = "" if defined[2] else defined[3]
                lines.append(line)
                continue
            lines.append("")
    except _UnknownConditionError:
        return None
    return None if taken else "\n".join(lines)


def _holds(word: str, condition: str, known: Mapping[str, str]) -> bool:
    """Whether a condition holds.

    Raises:
        _UnknownConditionError: it is more than a name or a comparison with a whole number.
    """
    if word != "if":
        return _is_defined(condition, known) == (word == "ifdef")
    name = _NAME.fullmatch(condition)
    if name:
        return _is_defined(name[2], known) != bool(name[1])
    comparison = _COMPARISON.fullmatch(condition)
    if comparison is None:
        raise _UnknownConditionError
    text = known.get(comparison[1], comparison[1])
    if not _NUMBER.fullmatch(text):
        raise _UnknownConditionError
    left, right = int(text), int(comparison[3] or 0)
    return {
        "==": left == right, "!=": left != right, "<": left < right, ">": left > right, "<=": left <= right,
        ">=": left >= right, None: left != 0,
    }[comparison[2]]  # fmt: skip


def _is_defined(name: str, known: Mapping[str, str]) -> bool:
    """Whether there is a macro of this name.

    Raises:
        _UnknownConditionError: the compiler decides.
    """
    if _OF_THE_DRIVER.match(name):
        raise _UnknownConditionError
    return name in known
