"""Passes that read neighbours make several pixels at a time, so that they share what they read.

A fragment pass whose pixels read the same window of a texture becomes a compute program of which each invocation
calls `hook()` for a block of pixels; the places are constant within the block, so that the compiler fetches each texel
once. The arithmetic of a pixel stays what it is, up to the order in which the compiler sums.
"""

from __future__ import annotations

import re
from dataclasses import replace
from functools import lru_cache

from anime4k.pipeline.capabilities import Capabilities
from anime4k.pipeline.parts import PassParts
from anime4k.pipeline.plan import Plan, Step, StepKind
from anime4k.pipeline.rewrites.names import defined, settled_body
from anime4k.pipeline.rewrites.writing import written

_ONLY_IN_FRAGMENTS = re.compile(
    r"\b(?:gl_\w+|discard|(?:dFdx|dFdy|fwidth)(?:Fine|Coarse)?|texture(?:Offset|Proj|ProjOffset|QueryLod)?|interpolateAt\w+)\b"
)
"""What compute programs lack, or do otherwise: `texture` takes its level of detail from neighbouring pixels."""

FEWEST_READS = 3
"""Reads of a pixel and texture from which on neighbours share something: one may be read twice, by macros for signs."""
MOST_PRODUCTS = 640
"""Multiply-adds of a pixel up to which a block's sums stay in registers (`benchmarks/forms.py`)."""

MOST_CHARACTERS = 2**15
"""Text of a pass up to which it is put into a block: compilers take several times as long for a block as for a pixel,
and much longer than that for long texts (the software renderer takes minutes for NNEDI3 with 128 neurons)."""


def blocks(plan: Plan, capabilities: Capabilities) -> Plan:
    """Let one invocation make several pixels; only where the device says that it pays."""
    steps = tuple(
        written(plan, step, step.parts, capabilities.block) if pays(plan, step, capabilities) else step
        for step in plan.steps
    )
    return plan if steps == plan.steps else replace(plan, steps=steps)


def pays(plan: Plan, step: Step, capabilities: Capabilities) -> bool:
    """Whether a step can be drawn in blocks and is better drawn so."""
    if capabilities.block is None or not capabilities.compute:
        return False
    if step.kind is not StepKind.FRAGMENT or not step.parts or step.user_textures or step.buffers:
        return False
    reads = step.reads / step.size.area / max(1, len(step.samplers))
    products = step.multiply_adds / step.size.area
    if sum(len(part.body) for part in step.parts) > MOST_CHARACTERS:
        return False
    beside = any(plan.textures[sampler.texture].size == step.size for sampler in step.samplers)
    return beside and reads >= FEWEST_READS and products <= MOST_PRODUCTS and all(map(_is_pure, step.parts))


@lru_cache(maxsize=512)
def _is_pure(part: PassParts) -> bool:
    """Whether the colour of a pixel follows from its place alone, so that one invocation may make several."""
    body = settled_body(part)
    if body is None or _ONLY_IN_FRAGMENTS.search(body):
        return False
    names = defined(body)
    # A global variable that a pixel leaves behind would be seen by the next one of the block.
    return names is not None and not names.variables
