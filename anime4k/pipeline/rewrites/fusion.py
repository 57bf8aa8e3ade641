"""Passes that read the same textures are drawn together, into several render targets.

A network with more than four values per pixel writes each layer in several passes, every one of which reads the whole
layer before. In one draw the texels are read once.
"""

from __future__ import annotations

import re
from dataclasses import replace
from functools import lru_cache

from anime4k.hooks.rename import TEXTURE_MACROS, identifiers, is_selection, replace_words
from anime4k.pipeline.capabilities import Capabilities
from anime4k.pipeline.parts import PassParts
from anime4k.pipeline.plan import MAX_SAMPLERS, Plan, Step, StepKind
from anime4k.pipeline.program import textures_of
from anime4k.pipeline.rewrites.blocks import pays
from anime4k.pipeline.rewrites.names import defined, ends_pixel, settled_body
from anime4k.pipeline.rewrites.winograd import filters
from anime4k.pipeline.rewrites.writing import settled, written

_OUR_WORDS = frozenset(
    ("textureLod", "textureGather", "texelFetch", "vec2", "vec4", "ivec2", "mat2", "clamp", "texture")
)
"""What the macros of textures are made of (`pipeline.program`)."""

MOST_TARGETS = 8
"""Render targets of one draw: what every device offers."""


def fusion(plan: Plan, capabilities: Capabilities) -> Plan:
    """Draw passes together that stand side by side, read the same textures and do not read each other."""
    steps: list[Step] = []
    for step in plan.steps:
        joined = _joined(plan, steps[-1], step) if steps else None
        if joined is None or _better_apart(plan, steps[-1], step, joined, capabilities):
            steps.append(step)
        else:
            steps[-1] = joined
    return plan if len(steps) == len(plan.steps) else settled(plan, tuple(steps))


def _better_apart(plan: Plan, first: Step, second: Step, joined: Step, capabilities: Capabilities) -> bool:
    """Whether both are drawn in blocks, and together are too large for that.

    Blocks of one pass share more than two passes do.
    """
    if not all(pays(plan, one, capabilities) for one in (first, second)):
        return False
    return not filters(joined, capabilities) and not pays(plan, joined, capabilities)


def _joined(plan: Plan, first: Step, second: Step) -> Step | None:
    """Both steps in one, or None where that is not possible or of no use."""
    alike = (
        first.parts and second.parts and first.kind is second.kind is StepKind.FRAGMENT
        and (first.file, first.stage, first.size) == (second.file, second.stage, second.size)
        and _extensions(first) == _extensions(second)
    )  # fmt: skip
    if not alike or any(_is_special(step) for step in (first, second)):
        return None
    if len(first.parts) + len(second.parts) > MOST_TARGETS:
        return None
    read = {sampler.texture for sampler in (*first.samplers, *second.samplers)}
    if not read.isdisjoint((*first.outputs, *second.outputs)) or not set(first.outputs).isdisjoint(second.outputs):
        return None
    if len({plan.textures[output].format for output in (*first.outputs, *second.outputs)}) > 1:
        return None
    parts = _together(first.parts, second.parts)
    if parts is None or any(map(ends_pixel, parts)):
        return None
    descriptions = list(dict.fromkeys(part.desc for part in parts))
    whole = replace(
        first,
        desc=" + ".join(descriptions) if len(descriptions) > 1 else f"{descriptions[0]} ({len(parts)} together)",
        outputs=(*first.outputs, *second.outputs),
        # What both read is read once.
        reads=max(first.reads, second.reads),
        multiply_adds=first.multiply_adds + second.multiply_adds,
    )
    return written(plan, whole, parts, None)


def _extensions(step: Step) -> set[str]:
    """The extensions of a program, wherever in the file they were asked for."""
    return {text.rpartition("\n")[2] for text in step.program.extensions}


def _is_special(step: Step) -> bool:
    """Whether a step uses more than textures of the frame and constants."""
    return bool(step.user_textures or step.buffers or step.frame_uniforms)


@lru_cache(maxsize=512)
def _together(first: tuple[PassParts, ...], second: tuple[PassParts, ...]) -> tuple[PassParts, ...] | None:
    """The passes with names that differ, or None where one program cannot hold them or they share too little.

    Sharing is enough when one of the two reads nothing that the other does not read.
    """
    ours, theirs = (textures_of(parts) for parts in (first, second))
    numbers = [{texture.texture for texture in textures} for textures in (ours, theirs)]
    if not (numbers[0] <= numbers[1] or numbers[1] <= numbers[0]) or not all(numbers):
        return None
    both = textures_of((*first, *second))
    if len(both) > MAX_SAMPLERS or len(both) > len(numbers[0] | numbers[1]):
        return None  # one of them is filtered here and fetched there
    known: dict[str, int] = {}
    for texture in both:
        for name in texture.names:
            if known.setdefault(name, texture.texture) != texture.texture:
                return None
    values: dict[str, object] = {}
    for part in (*first, *second):
        for uniform in part.uniforms:
            if values.setdefault(uniform.name, uniform.values) != uniform.values:
                return None
    made = list(first)
    # Macros of one body would reach into the next, so that of two single passes both get names of their own.
    new = second if len(first) > 1 else (*first, *second)
    for number, part in enumerate(new, len(first) + len(second) - len(new)):
        other = _with_own_names(part, number)
        if other is None:
            return None
        made[number:] = [other]
    return None if any(_meets(part, made) for part in made) else tuple(made)


def _with_own_names(part: PassParts, number: int) -> PassParts | None:
    """A pass whose names end with its number; None where they cannot be told or not be made others."""
    body = settled_body(part)
    names = None if body is None else defined(body)
    if body is None or names is None:
        return None
    # The preprocessor would act on selections, which keep their names; ours would not see theirs any more.
    if any(is_selection(name) for name in names.macros) or names.all & _OUR_WORDS:
        return None
    table = {name: f"{name}_us{number}" for name in names.all}
    if set(table.values()) & set(identifiers(body)):
        return None
    return replace(part, body=replace_words(body, table), result=replace_words(part.result, table))


def _meets(part: PassParts, parts: list[PassParts]) -> bool:
    """Whether a body has a name of its own that means something in another pass of the program."""
    words = set(identifiers(part.body))
    own = {name for texture in part.bound for name in texture.names}
    others = {name for other in parts for texture in other.bound for name in texture.names} - own
    if any(f"{name}_{end}" in words for name in others for end in TEXTURE_MACROS):
        return True
    mine = {*part.declarations, *part.macros}
    foreign = [line for other in parts for line in (*other.declarations, *other.macros) if line not in mine]
    if any(words & set(identifiers(line)) & _defined_by(line) for line in foreign):
        return True
    return any(other is not part and words & _new_names(other) for other in parts)


def _defined_by(line: str) -> set[str]:
    """The names that a line of declarations brings."""
    macro = re.match(r"#define (\w+)", line)
    return {macro[1]} if macro else set(identifiers(line))


@lru_cache(maxsize=512)
def _new_names(part: PassParts) -> frozenset[str]:
    names = defined(part.body)
    return frozenset() if names is None else names.all
