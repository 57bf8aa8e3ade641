"""A pass also does what a built-in step would do with each pixel of its result, so that the result is never stored.

The last pass of a picture is followed by a step that rounds it to what a display shows. That reads every pixel once, at
its own place; drawn together, a texture as large as the finished picture is neither written nor read.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

from anime4k.pipeline.capabilities import Capabilities
from anime4k.pipeline.parts import Ending, Kept
from anime4k.pipeline.plan import Plan, Role, Step, StepKind, TexelFormat
from anime4k.pipeline.rewrites.names import ends_pixel
from anime4k.pipeline.rewrites.writing import settled, written

PACKS_HALVES = 420
"""The version of GLSL that brought packHalf2x16."""


def fold(plan: Plan, capabilities: Capabilities) -> Plan:
    """Draw built-in steps that read a pass at their own pixel together with it, where nobody else reads it.

    Values are rounded as the texture between the two would round them.
    """
    read = Counter(sampler.texture for step in plan.steps for sampler in step.samplers)
    steps: list[Step] = []
    for step in plan.steps:
        ending = _ending_of(plan, step, read, capabilities)
        place = _maker(steps, step) if ending else None
        if ending is None or place is None:
            steps.append(step)
        else:
            steps[place] = _with_ending(plan, steps[place], step, ending)
    return plan if len(steps) == len(plan.steps) else settled(plan, tuple(steps))


def _ending_of(plan: Plan, step: Step, read: Counter[int], capabilities: Capabilities) -> Ending | None:
    """What a step does with a texture that nobody else reads, None where that is not all it does."""
    if step.ending is None or len(step.outputs) != 1:
        return None
    texture = step.samplers[0].texture
    made = plan.textures[texture]
    kept = _kept(made.format, capabilities)
    if kept is None or made.role is not Role.STEP or read[texture] != 1 or made.size != step.size:
        return None
    return replace(step.ending, kept=kept)


def _maker(steps: list[Step], step: Step) -> int | None:
    """The place of the pass that makes what the step reads, None where the two may not be drawn together."""
    texture = step.samplers[0].texture
    place = next((number for number, maker in enumerate(steps) if texture in maker.outputs), None)
    return place if place is not None and _may_end(steps[place]) else None


def _may_end(maker: Step) -> bool:
    """Whether a pass is one that we may write anew and that makes nothing else."""
    return (
        maker.kind is StepKind.FRAGMENT
        and len(maker.parts) == len(maker.outputs) == 1
        and maker.parts[0].ending is None
        and not ends_pixel(maker.parts[0])
        and not maker.has_side_effects
    )


def _kept(texel: TexelFormat, capabilities: Capabilities) -> Kept | None:
    """What a texture does with what is written to it; None where a program cannot do the same."""
    if texel is TexelFormat.RGBA32F:
        return Kept.WHOLE
    if texel is not TexelFormat.RGBA16F:
        return None
    if capabilities.cuts_halves:
        return Kept.CUT
    return Kept.ROUNDED if capabilities.glsl >= PACKS_HALVES else None


def _with_ending(plan: Plan, maker: Step, step: Step, ending: Ending) -> Step:
    part = replace(maker.parts[0], ending=ending)
    whole = replace(maker, desc=f"{maker.desc}, {step.desc}", outputs=step.outputs)
    return written(plan, whole, (part,), None)
