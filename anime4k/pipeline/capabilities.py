"""What plans may assume of a device."""

from __future__ import annotations

from dataclasses import dataclass

from anime4k.pipeline.parts import Block


@dataclass(frozen=True)
class Capabilities:
    """What the device can do, as far as plans depend on it.

    Attributes:
        glsl: version of the shading language, e.g. 450.
        compute: whether compute shaders and image stores exist.
        max_texture_size: largest width or height.
        max_work_group: most threads in a work group.
        exact_gather: whether `textureGather` at texel centres picks the expected block; software
            renderers need it spelled out in fetches.
        cuts_halves: whether stores to half floats cut off what does not fit instead of rounding it.
        block: how many pixels an invocation should make where passes can be put into compute programs; None = such
            programs are no faster.
        winograd: the same where convolutions are computed by minimal filtering, in blocks of 2 or 4 pixels each way.
    """

    glsl: int = 410
    compute: bool = False
    max_texture_size: int = 16384
    max_work_group: int = 1024
    exact_gather: bool = True
    cuts_halves: bool = False
    block: Block | None = None
    winograd: Block | None = None
