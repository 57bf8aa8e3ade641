"""How many objects of a context exist."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Counts:
    """Numbers of objects by their kind."""

    textures: int = 0
    programs: int = 0
    framebuffers: int = 0
    buffers: int = 0

    def __add__(self, other: Counts) -> Counts:
        return Counts(
            self.textures + other.textures,
            self.programs + other.programs,
            self.framebuffers + other.framebuffers,
            self.buffers + other.buffers,
        )
