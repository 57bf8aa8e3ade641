"""A shader file while one frame is planned: its parameter values and the images it knows by name."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from anime4k.hooks.decl import PassDecl, ShaderFile
from anime4k.hooks.stages import Stage, canonical_name
from anime4k.pipeline.builtin.draft import Image


@dataclass
class FileState:
    """A shader file during one frame.

    Attributes:
        index: position in the list of files.
        file: the declarations.
        values: parameter values.
        hooks: stages that any pass hooks.
        referenced: names that any pass binds or asks the size of, canonical.
        table: named images of this frame.
    """

    index: int
    file: ShaderFile
    values: Mapping[str, float]
    hooks: frozenset[Stage]
    referenced: frozenset[str]
    table: dict[str, Image] = field(default_factory=dict)

    @classmethod
    def of(cls, index: int, file: ShaderFile, values: Mapping[str, float]) -> FileState:
        """The state of a file before the first stage."""
        hooks = frozenset(stage for declaration in file.passes for stage in declaration.hooks)
        return cls(index, file, values, hooks, _referenced(file))

    def concerns(self, stage: Stage) -> bool:
        """Whether the file hooks, binds or measures the image of a stage."""
        return stage in self.hooks or stage.text in self.referenced


def save_name(declaration: PassDecl, stage: Stage) -> str:
    """The name under which the result of a pass is filed; the stage's own means that it overwrites."""
    if declaration.save is None or declaration.save == "HOOKED":
        return stage.text
    return canonical_name(declaration.save)


def describe(declaration: PassDecl) -> str:
    """DESC, or what can be said instead."""
    if declaration.desc:
        return declaration.desc
    hooks = ", ".join(stage.text for stage in declaration.hooks) or "nothing"
    return f"pass on {hooks} at line {declaration.origin.line}"


def _referenced(file: ShaderFile) -> frozenset[str]:
    names: set[str] = set()
    for declaration in file.passes:
        for bind in declaration.binds:
            names |= {stage.text for stage in declaration.hooks} if bind == "HOOKED" else {canonical_name(bind)}
        for expression in (declaration.width, declaration.height, declaration.when):
            if expression is not None:
                # The size of OUTPUT is known without an image of it.
                names |= {canonical_name(name) for name in expression.textures - {Stage.OUTPUT.text}}
    return frozenset(names)
