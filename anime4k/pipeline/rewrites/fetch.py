"""Texel centres are read as texels instead of being filtered."""

from __future__ import annotations

import re
from dataclasses import replace
from functools import lru_cache

from anime4k.hooks.body import split_macros, without_comments
from anime4k.pipeline.capabilities import Capabilities
from anime4k.pipeline.parts import BoundTexture, PassParts
from anime4k.pipeline.plan import Plan, Size, Step
from anime4k.pipeline.rewrites.writing import written

_LITERAL = r"[+-]?\s*\d+(?:\.0*)?"
_INTEGER = re.compile(rf"^\(*\s*{_LITERAL}\s*\)*$")
_MOST_MACROS = 256
_LONGEST_ARGUMENT = 256
"""Bodies with more macros or longer arguments stay as they are: looking at them would take too long."""


def exact_fetch(plan: Plan, capabilities: Capabilities) -> Plan:
    """Read texel centres as texels instead of filtering them.

    `NAME_texOff(integer constant)` at equal sizes is a texel centre; filtering there gives the texel up to
    the rounding of coordinates. `ivec2(NAME_pos * NAME_size)` is the own pixel and needs no arithmetic.
    Bound: one unit in the last place of the texture's format.
    """
    return replace(plan, steps=tuple(_fetch_step(plan, step) for step in plan.steps))


def _fetch_step(plan: Plan, step: Step) -> Step:
    parts = tuple(_fetch_parts(part, step.size) for part in step.parts)
    return step if parts == step.parts else written(plan, step, parts, step.block)


@lru_cache(maxsize=512)
def _fetch_parts(parts: PassParts, size: Size) -> PassParts:
    """A pass in which the textures that are as large as its result are fetched where that is the same.

    Remembered, since a window that is resized plans the same texts for many sizes.
    """
    code = without_comments(parts.body)
    own = tuple(texture for texture in parts.bound if not _redefined(code, texture))
    body = _centres_as_texels(code, parts.body, own)
    bound: list[BoundTexture] = []
    for texture in parts.bound:
        alike = texture in own and texture.size == size and texture.shift == (0.0, 0.0)
        exact = alike and all(_only_integers(code, name) for name in texture.names)
        bound.append(replace(texture, fetched=exact))
        if alike:
            for name in texture.names:
                # How a body finds out which pixel it makes.
                body = re.sub(rf"\bivec2\(\s*{name}_pos\s*\*\s*{name}_size\s*\)", "us_here", body)
        if exact:
            for name in texture.names:
                body = re.sub(rf"\b{name}_tex\(\s*{name}_pos\s*\)", f"{name}_texOff(0)", body)
    return replace(parts, bound=tuple(bound), body=body)


def _redefined(code: str, texture: BoundTexture) -> bool:
    """Whether a body makes something else of a macro of a texture."""
    names = "|".join(texture.names)
    return re.search(rf"#[ \t]*(?:define|undef)[ \t]+(?:{names})_\w+", code) is not None


_FRACTION = re.compile(r"\bvec2\s+(\w+)\s*=\s*fract\s*\(\s*(\w+)_pos\s*\*\s*(\w+)_size\s*\)\s*;")
_HALF = r"vec2\s*\(\s*0?\.50*\s*\)"
_MOST_FRACTIONS = 8
"""Bodies with more of them stay as they are: looking at them would take too long."""


def _centres_as_texels(code: str, body: str, bound: tuple[BoundTexture, ...]) -> str:
    """A body in which the centre of the texel that holds the own position is fetched.

    `vec2 f = fract(NAME_pos * NAME_size);` and `NAME_tex((vec2(0.5) - f) * NAME_pt + NAME_pos)` is how passes that put
    values in the places of a larger picture find them.

    Args:
        code: the body without comments.
        body: what is rewritten.
        bound: textures whose centres may be fetched.
    """
    names = {name for texture in bound if texture.shift == (0.0, 0.0) for name in texture.names}
    fractions = _FRACTION.findall(code)
    if len(fractions) > _MOST_FRACTIONS:
        return body
    for variable, name, same in fractions:
        if name != same or name not in names or not _stays(code, variable):
            continue
        centre = rf"\b{name}_tex\(\s*\(\s*{_HALF}\s*-\s*{variable}\s*\)\s*\*\s*{name}_pt\s*\+\s*{name}_pos\s*\)"
        texel = f"({name}_mul * texelFetch({name}_raw, ivec2({name}_pos * {name}_size), 0))"
        body = re.sub(centre, texel, body)
    return body


def _stays(code: str, variable: str) -> bool:
    """Whether a name stands for one variable in the whole text, which keeps its first value."""
    before = re.findall(rf"\b(\w+)\s+{variable}\b", code)
    declared = [word for word in before if word not in ("return", "else", "case")]
    changes = rf"\b{variable}\s*(?:\.\s*\w+\s*|\[[^\]]*\]\s*)*(?:[-+*/%&|^]?=(?!=)|<<=|>>=|\+\+|--)"
    handed_on = rf"(?:\+\+|--)\s*{variable}\b|[(,]\s*{variable}\s*[,)]|#\s*(?:define|undef)\s+{variable}\b"
    return len(declared) == 1 and len(re.findall(changes, code)) == 1 and not re.search(handed_on, code)


def _only_integers(code: str, name: str) -> bool:
    """Whether every `NAME_texOff` of a body has an integer argument, macros followed one level."""
    if "##" in code or re.search(rf"\b{name}_texOff\b(?!\s*\()", code):
        return False  # put together or handed on: it may be called with anything
    macros, rest = split_macros(code)
    if len(macros) > _MOST_MACROS:
        return False
    if not all(_is_integer(argument, ()) for argument in _arguments(rest, f"{name}_texOff")):
        return False
    for macro in macros:
        offsets = _arguments(macro.text, f"{name}_texOff")
        if not offsets:
            continue
        if not all(_is_integer(argument, macro.parameters) for argument in offsets):
            return False
        if any(re.search(rf"\b{macro.name}\b", other.text) for other in macros):
            return False  # nested macros: not followed
        if re.search(rf"\b{macro.name}\b(?!\s*\()", rest):
            return False
        for call in _arguments(rest, macro.name):
            if not all(_INTEGER.match(part.strip()) for part in _split(call)):
                return False
    return True


def _is_integer(argument: str, parameters: tuple[str, ...]) -> bool:
    argument = argument.strip()
    match = re.match(r"^i?vec2\s*\((.*)\)$", argument, re.DOTALL)
    parts = _split(match.group(1)) if match else [argument]
    return all(_INTEGER.match(part.strip()) or part.strip() in parameters for part in parts)


def _arguments(text: str, function: str) -> list[str]:
    """The argument texts of all calls of `function`; dots stand for one that never ends."""
    found: list[str] = []
    for match in re.finditer(rf"\b{re.escape(function)}\s*\(", text):
        depth, start = 1, match.end()
        for position in range(start, min(len(text), start + _LONGEST_ARGUMENT)):
            depth += {"(": 1, ")": -1}.get(text[position], 0)
            if depth == 0:
                found.append(text[start:position])
                break
        else:
            found.append("...")
    return found


def _split(arguments: str) -> list[str]:
    """Split at commas outside parentheses."""
    parts, depth, current = [], 0, ""
    for character in arguments:
        depth += {"(": 1, ")": -1}.get(character, 0)
        if character == "," and depth == 0:
            parts.append(current)
            current = ""
        else:
            current += character
    return [*parts, current]
