"""The names that the body of a pass defines at its outermost level."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from anime4k.hooks.body import without_comments
from anime4k.hooks.rename import TEXTURE_MACROS
from anime4k.pipeline.parts import PassParts
from anime4k.pipeline.rewrites.conditions import resolved

_MACRO = re.compile(r"^#define (\w+)(?:\([^)]*\))?(?: (.*))?$", re.MULTILINE)
_DIRECTIVE = re.compile(r"^[ \t]*#[ \t]*(\w+)(?:[ \t]+(\w+))?(?:[^\\\n]|\\.|\\\n)*$", re.MULTILINE)
_UNKNOWN = re.compile(r"##|\b(?:struct|uniform|layout|precision|buffer|shared|in|out|varying|attribute)\b")
"""Where one of these stands at the outermost level, names cannot be told from the text or not be made others."""
_QUALIFIERS = r"(?:(?:highp|mediump|lowp)\s+)?"
_HEAD = re.compile(rf"{_QUALIFIERS}\w+\s+(\w+)\s*\(", re.ASCII)
_CONSTANT = re.compile(rf"const\s+{_QUALIFIERS}\w+\s*(?:\[[^\]]*\]\s*)?\b(\w+)\s*(?:\[[^\]]*\]\s*)?=", re.ASCII)
_VARIABLE = re.compile(rf"{_QUALIFIERS}\w+\s+(\w+)\s*(?:\[[^\]]*\]\s*)?(?:=|\Z)", re.ASCII)
_MARK = re.compile(r"[(){}\[\];,]")
_ENDS_PIXEL = re.compile(r"\b(?:discard|gl_SampleMask|gl_FragDepth)\b")


@dataclass(frozen=True)
class Defined:
    """What a body defines.

    Attributes:
        macros: of the preprocessor.
        functions: of any arguments.
        constants: that never change.
        variables: global ones that may.
    """

    macros: frozenset[str]
    functions: frozenset[str]
    constants: frozenset[str]
    variables: frozenset[str]

    @property
    def all(self) -> frozenset[str]:
        """Every name."""
        return self.macros | self.functions | self.constants | self.variables


def ends_pixel(part: PassParts) -> bool:
    """Whether a pass may leave a pixel as it was, in all render targets."""
    return _ENDS_PIXEL.search(without_comments(part.body)) is not None


def settled_body(part: PassParts) -> str | None:
    """The body of a pass without comments and branches of `#if` that do not hold; None where the text does not tell.

    Lines keep their numbers.
    """
    known = dict(_MACRO.findall("\n".join((*part.declarations, *part.macros))))
    known |= {f"{name}_{end}": "" for texture in part.bound for name in texture.names for end in TEXTURE_MACROS}
    return resolved(without_comments(part.body), known)


def defined(code: str) -> Defined | None:
    """The names that a body without comments defines; None where its text does not tell."""
    macros: set[str] = set()
    for directive in _DIRECTIVE.finditer(code):
        if directive[1] != "define" or "##" in directive[0]:
            return None  # what stands behind a condition may be there or not
        macros.add(directive[2])
    functions: set[str] = set()
    constants: set[str] = set()
    variables: set[str] = set()
    for statement in _statements(_DIRECTIVE.sub("", code)):
        if _UNKNOWN.search(statement) or ";" in statement:
            return None
        for form, names in ((_HEAD, functions), (_CONSTANT, constants), (_VARIABLE, variables)):
            found = form.match(statement)
            if found:
                names.add(found[1])
                break
        else:
            return None
    return Defined(frozenset(macros), frozenset(functions), frozenset(constants), frozenset(variables))


def _statements(code: str) -> Iterator[str]:
    """What stands at the outermost level: declarations, and functions without what is in their brackets.

    A list of several declarations, and what is not whole, comes out with a semicolon, so that it fits no form.
    """
    depth = begin = 0
    kept = ""
    for mark in _MARK.finditer(code):
        if mark[0] in "({[":
            if depth == 0:
                kept += code[begin : mark.end()]
            depth += 1
        elif mark[0] in ")}]":
            depth -= 1
            if depth == 0:
                begin = mark.start()
                if mark[0] == "}" and "=" not in kept:
                    # Not the values of an array: the body of a function, or something that fits no form.
                    yield kept.strip()
                    kept, begin = "", mark.end()
        elif depth == 0:
            kept += code[begin : mark.end() - 1]
            if mark[0] == ",":
                kept += ";"
            elif kept.strip():
                yield kept.strip()
            begin = mark.end()
            if mark[0] == ";":
                kept = ""
    rest = (kept + code[begin:]).strip()
    if rest or depth:
        yield rest + ";"
