"""Plan to plan rewrites that make frames cheaper without changing the picture.

Each rewrite has a name under which it can be switched off (`RenderSettings.no_rewrites`), and a bound on
what it may change, which a test shows to hold.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from functools import lru_cache

from anime4k.hooks.body import split_macros, without_comments
from anime4k.pipeline.plan import Plan, Program, Step, StepKind

_LITERAL = r"[+-]?\s*\d+(?:\.0*)?"
_INTEGER = re.compile(rf"^\(*\s*{_LITERAL}\s*\)*$")
_MOST_MACROS = 256
_LONGEST_ARGUMENT = 256
"""Bodies with more macros or longer arguments stay as they are: looking at them would take too long."""


def optimise(plan: Plan, without: frozenset[str] = frozenset()) -> Plan:
    """Apply every rewrite whose name is not in `without`."""
    for name, rewrite in REWRITES.items():
        if name not in without:
            plan = rewrite(plan)
    return plan


# -- exact fetch -----------------------------------------------------------------------------------------


def exact_fetch(plan: Plan) -> Plan:
    """Read texel centres as texels instead of filtering them.

    `NAME_texOff(integer constant)` at equal sizes is a texel centre; filtering there gives the texel up to
    the rounding of coordinates. Bound: one unit in the last place of the texture's format.
    """
    steps = tuple(_fetch_step(plan, step) for step in plan.steps)
    return replace(plan, steps=steps)


def _fetch_step(plan: Plan, step: Step) -> Step:
    if step.origin is None or step.kind is not StepKind.FRAGMENT:
        return step
    equal = tuple(sampler.uniform for sampler in step.samplers if plan.textures[sampler.texture].size == step.size)
    program = _fetch_program(step.program, equal)
    return step if program is step.program else replace(step, program=program)


@lru_cache(maxsize=512)
def _fetch_program(program: Program, equal: tuple[str, ...]) -> Program:
    """The rewritten text of a program whose samplers in `equal` are as large as its result.

    Remembered, since a window that is resized plans the same texts for many sizes.
    """
    head, mark, body = program.text.partition("\n#line ")
    if not mark:
        return program
    code = without_comments(body)
    for uniform in equal:
        unit = uniform.removeprefix("us_tex")
        if f"us_shift{unit};" in head:
            continue
        names = re.findall(rf"^#define (\w+)_raw {uniform}$", head, re.MULTILINE)
        if not names or not all(_only_integers(code, name) for name in names):
            continue
        for name in names:
            macro = re.compile(
                rf"(^#define {name}_texOff\(us_o\) \()(us_mul\d+ \* )?vec4\(textureLod\(.*$", re.MULTILINE
            )
            head = macro.sub(rf"\g<1>\g<2>us_at{unit}(ivec2(us_o)))", head)
            body = re.sub(rf"\b{name}_tex\(\s*{name}_pos\s*\)", f"{name}_texOff(0)", body)
        declaration = f"uniform sampler2D {uniform};"
        function = (
            f"vec4 us_at{unit}(ivec2 us_o) {{ return texelFetch({uniform}, "
            "clamp(ivec2(gl_FragCoord.xy) + us_o, ivec2(0), ivec2(us_out_size) - 1), 0); }"
        )
        head = head.replace(declaration, f"{declaration}\n{function}")
    return replace(program, text=head + mark + body)


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


REWRITES: dict[str, Callable[[Plan], Plan]] = {"exact-fetch": exact_fetch}
"""Name -> rewrite, in the order in which they apply."""
