"""Steps with another program: what all rewrites end with."""

from __future__ import annotations

from dataclasses import replace

from anime4k.pipeline.finish import costs
from anime4k.pipeline.lifetime import assign_slots
from anime4k.pipeline.parts import Block, PassParts
from anime4k.pipeline.plan import Plan, Program, Step, StepKind
from anime4k.pipeline.program import (
    assignments,
    block_interface,
    block_statements,
    fragment_interface,
    program_text,
    samplers_of,
    uniforms_of,
)


def written(
    plan: Plan, step: Step, parts: tuple[PassParts, ...], block: Block | None, statements: str | None = None
) -> Step:
    """A step that draws these passes, `block` pixels an invocation.

    Args:
        plan: of which it is a step.
        step: whose outputs and size hold; as many outputs as there are passes.
        parts: the passes.
        block: what an invocation makes; None = one pixel, in a fragment program.
        statements: what makes a block without the bodies of the passes; None = their bodies do.
    """
    if block is None:
        kind, groups = StepKind.FRAGMENT, (0, 0)
        text = program_text(parts, fragment_interface(len(parts)), assignments(parts))
    else:
        kind = StepKind.COMPUTE
        texels = tuple(plan.textures[output].format for output in step.outputs)
        across, down = (pixels * threads for pixels, threads in zip(block.pixels, block.threads, strict=True))
        groups = (-(-step.size.width // across), -(-step.size.height // down))
        if statements is None:
            bodies, statements = parts, block_statements(parts, block)
        else:
            bodies = tuple(replace(part, declarations=(), macros=(), body="") for part in parts)
        text = program_text(bodies, block_interface(block, texels), statements)
    return replace(
        step,
        program=Program(kind, step.program.extensions, text),
        samplers=samplers_of(parts),
        uniforms=uniforms_of(parts),
        parts=parts,
        block=block,
        groups=groups,
        rewritten=True,
    )


def settled(plan: Plan, steps: tuple[Step, ...]) -> Plan:
    """The plan with other steps: memory assigned again, costs added up again."""
    slots = assign_slots(steps, plan.textures)
    return replace(plan, steps=steps, slots=slots, cost=costs(steps, plan.textures, slots))
