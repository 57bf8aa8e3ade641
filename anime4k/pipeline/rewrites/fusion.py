"""Passes that read the same textures are drawn together, into several render targets.

A network with more than four values per pixel writes each layer in several passes, every one of which reads the whole
layer before. In one draw the texels are read once.
"""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache

from anime4k.hooks.rename import identifiers, replace_words
from anime4k.pipeline.plan import MAX_SAMPLERS, Capabilities, PassParts, Plan, Step, StepKind
from anime4k.pipeline.program import textures_of
from anime4k.pipeline.rewrites.blocks import pays
from anime4k.pipeline.rewrites.names import defined, settled_body
from anime4k.pipeline.rewrites.writing import settled, written

MOST_TARGETS = 8
"""Render targets of one draw: what every device offers."""


def fusion(plan: Plan, capabilities: Capabilities) -> Plan:
    """Draw passes together that stand side by side, read the same textures and do not read each other."""
    steps: list[Step] = []
    for step in plan.steps:
        joined = _joined(plan, steps[-1], step) if steps else None
        apart = joined and all(pays(plan, one, capabilities) for one in (steps[-1], step))
        # Blocks of one pass share more than two passes do; together they must still be small enough for blocks.
        if joined is None or (apart and not pays(plan, joined, capabilities)):
            steps.append(step)
        else:
            steps[-1] = joined
    return plan if len(steps) == len(plan.steps) else settled(plan, tuple(steps))


def _joined(plan: Plan, first: Step, second: Step) -> Step | None:
    """Both steps in one, or None where that is not possible or of no use."""
    alike = (
        first.parts and second.parts and first.kind is second.kind is StepKind.FRAGMENT
        and (first.file, first.stage, first.size) == (second.file, second.stage, second.size)
        and first.program.extensions == second.program.extensions
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
    if parts is None:
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
    return tuple(made)


def _with_own_names(part: PassParts, number: int) -> PassParts | None:
    """A pass whose names end with its number; None where they cannot be told."""
    body = settled_body(part)
    if body is None:
        return None
    names = defined(body)
    if names is None:
        return None
    table = {name: f"{name}_us{number}" for name in names.all}
    if set(table.values()) & set(identifiers(body)):
        return None
    return replace(part, body=replace_words(body, table), result=replace_words(part.result, table))
