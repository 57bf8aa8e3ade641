"""From first write to last read: which textures may share memory."""

from __future__ import annotations

from collections.abc import Sequence

from anime4k.pipeline.plan import Role, Step, Texture, TextureId


def assign_slots(steps: Sequence[Step], textures: Sequence[Texture]) -> tuple[int, ...]:
    """Give every step texture a memory slot so that textures alive at the same time never share one.

    Only textures of equal size and format share a slot. A step's outputs never share a slot with
    anything it reads, since a texture cannot be read while it is written.

    Returns:
        one slot number per texture, -1 for textures that are not written by a step.
    """
    last_use: dict[TextureId, int] = {}
    for number, step in enumerate(steps):
        for texture in (*step.outputs, *(s.texture for s in step.samplers)):
            last_use[texture] = number
    slots = [-1] * len(textures)
    free: dict[tuple[object, object], list[int]] = {}
    count = 0
    for number, step in enumerate(steps):
        for texture in step.outputs:
            if textures[texture].role is not Role.STEP or slots[texture] >= 0:
                continue
            key = (textures[texture].size, textures[texture].format)
            if free.get(key):
                slots[texture] = free[key].pop()
            else:
                slots[texture] = count
                count += 1
        # Released only after the outputs have been placed: nothing is read and written at once.
        for texture in {*step.outputs, *(s.texture for s in step.samplers)}:
            if slots[texture] >= 0 and last_use[texture] == number:
                key = (textures[texture].size, textures[texture].format)
                free.setdefault(key, []).append(slots[texture])
    return tuple(slots)


def slot_bytes(textures: Sequence[Texture], slots: Sequence[int]) -> int:
    """Bytes of all slots together."""
    sizes = {slot: t.size.area * t.format.texel_bytes for t, slot in zip(textures, slots, strict=True) if slot >= 0}
    return sum(sizes.values())
