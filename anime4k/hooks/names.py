"""Which names a pass can see, as far as a single file tells without knowing the video."""

from __future__ import annotations

from anime4k.hooks.decl import PassDecl, ShaderFile
from anime4k.hooks.stages import Stage, canonical_name

HOOKED = "HOOKED"

ALWAYS_MEASURABLE = frozenset({HOOKED, "OUTPUT", "NATIVE_CROPPED"})
"""Names whose size an expression can ask for at every stage."""

STAGE_ORDER = {stage: index for index, stage in enumerate(Stage)}


def overwrites(decl: PassDecl, stage: Stage) -> bool:
    """Whether a pass that runs at `stage` replaces the image of that stage."""
    return decl.save is None or decl.save == HOOKED or canonical_name(decl.save) == stage.text


class Names:
    """The names of one file.

    Attributes:
        resources: names of its textures and buffers.
        saved: names of SAVE, and when the first saving pass runs: (order of the stage, index of the pass), or None
            when no pass that saves it ever runs.
    """

    def __init__(self, file: ShaderFile) -> None:
        self.resources = {texture.name for texture in file.textures} | {buffer.name for buffer in file.buffers}
        self.saved: dict[str, tuple[int, int] | None] = {}
        for index, decl in enumerate(file.passes):
            if decl.save is None or decl.save == HOOKED:
                continue
            name = canonical_name(decl.save)
            moments = [(STAGE_ORDER[stage], index) for stage in decl.hooks]
            first = self.saved.get(name)
            self.saved[name] = min([*moments, first] if first else moments, default=None)

    def missing(self, name: str, index: int, decl: PassDecl) -> str | None:
        """Why no texture called `name` can exist when pass number `index` runs, or None when one can."""
        wanted = canonical_name(name)
        own = Stage.parse(wanted)
        first = self.saved.get(wanted)
        last = max((STAGE_ORDER[stage] for stage in decl.hooks), default=None)
        if last is None or (own is not None and STAGE_ORDER[own] <= last) or (first and first < (last, index)):
            return None
        if first:
            return "is only saved after this pass"
        if own is not None:
            return "is a stage that is reached after those of this pass"
        if wanted in self.saved:
            return "is only saved by passes that never run"
        return "is neither saved by this file nor a stage or texture"
