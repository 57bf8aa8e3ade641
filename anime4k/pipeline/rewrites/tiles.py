"""Results that stay from one frame to the next, so that only what has changed is drawn.

Every result gets memory of its own, and for every step it is worked out which cells of it depend on which tiles of the
source. Only plans whose picture follows from the planes alone, and of which every step's reach is known.
"""

from __future__ import annotations

from dataclasses import replace

from anime4k.pipeline.capabilities import Capabilities
from anime4k.pipeline.finish import costs
from anime4k.pipeline.lifetime import slot_bytes
from anime4k.pipeline.plan import Plan, Step
from anime4k.pipeline.reach import OWN, Reaches, together
from anime4k.pipeline.reuse import steady
from anime4k.pipeline.rewrites.places import reaches_of_pass
from anime4k.pipeline.tiling import tiling

MOST_MEMORY = 256 * 2**20
"""Bytes that results may take beyond what they take when they share memory."""


def tiles(plan: Plan, capabilities: Capabilities) -> Plan:
    """Let results stay, where the reach of all steps is known and the memory is small enough."""
    if not steady(plan):
        return plan
    own = tuple(number if slot >= 0 else -1 for number, slot in enumerate(plan.slots))
    if slot_bytes(plan.textures, own) - slot_bytes(plan.textures, plan.slots) > MOST_MEMORY:
        return plan
    found = tiling(plan, step_reaches)
    if found is None:
        return plan
    return replace(plan, slots=own, tiling=found, cost=costs(plan.steps, plan.textures, own))


def step_reaches(step: Step) -> Reaches | None:
    """Which texels a step depends on; None = unknown."""
    if step.origin is None:
        return step.reaches
    if not step.parts:
        return None
    reaches = together(reaches_of_pass(part, step.size) for part in step.parts)
    if reaches is None or step.block is None:
        return reaches
    # The pixels of a block share what they compute: every own place of the block has a say in how each of them rounds.
    alike = {bound.texture for part in step.parts for bound in part.bound if bound.size == step.size}
    return together([reaches, tuple((texture, OWN) for texture, _ in reaches if texture in alike)])
