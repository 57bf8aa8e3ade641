"""The plan under construction: textures and steps so far, and how drafts become textures."""

from __future__ import annotations

from anime4k.pipeline.builtin.draft import Draft, Image, to_step
from anime4k.pipeline.plan import Role, Size, Step, TexelFormat, Texture, TextureId


class PlanBuilder:
    """Collects textures and steps.

    Args:
        intermediate: format of what user passes write.
        builtin: format of what built-in steps write with three or four components; the same unless given.
    """

    def __init__(self, intermediate: TexelFormat, builtin: TexelFormat | None = None) -> None:
        self.intermediate = intermediate
        # One or two full floats are no larger than four halves, so they lose nothing for free.
        self._builtin = {1: TexelFormat.R32F, 2: TexelFormat.RG32F}
        self._wide = builtin or intermediate
        self.textures: list[Texture] = []
        self.steps: list[Step] = []

    def add_texture(self, texture: Texture) -> TextureId:
        """Register a texture; an equal constant is registered once."""
        if texture.role is Role.CONSTANT:
            for number, existing in enumerate(self.textures):
                if existing == texture:
                    return number
        self.textures.append(texture)
        return len(self.textures) - 1

    def add_step_texture(self, label: str, size: Size, texel: TexelFormat | None = None) -> TextureId:
        """Register a texture that a step writes."""
        return self.add_texture(Texture(label, size, texel or self.intermediate, Role.STEP))

    def materialise(self, draft: Draft, label: str, texel: TexelFormat | None = None) -> Image:
        """Draw a draft into a texture; a draft that is a plain image costs nothing."""
        if draft.image is not None:
            return Image(draft.image.texture, draft.size, draft.rect, draft.components)
        texture = self.add_step_texture(label, draft.size, texel or self._builtin.get(draft.components, self._wide))
        self.steps.append(to_step(draft, texture, label))
        return Image(texture, draft.size, draft.rect, draft.components)
