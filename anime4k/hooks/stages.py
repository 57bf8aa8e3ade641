"""The hook points of the renderer: named moments at which an image exists."""

from __future__ import annotations

import enum


class Stage(enum.Enum):
    """A hook point: (name, whether passes may change the size of its image).

    The order of the members is the order in which the renderer reaches them.
    """

    RGB = ("RGB", True)
    LUMA = ("LUMA", True)
    CHROMA = ("CHROMA", True)
    ALPHA = ("ALPHA", True)
    XYZ = ("XYZ", True)
    CHROMA_SCALED = ("CHROMA_SCALED", False)
    ALPHA_SCALED = ("ALPHA_SCALED", False)
    NATIVE = ("NATIVE", True)
    MAIN = ("MAIN", True)
    """Also called MAINPRESUB: one stage, two names."""
    LINEAR = ("LINEAR", False)
    SIGMOID = ("SIGMOID", False)
    PREKERNEL = ("PREKERNEL", False)
    POSTKERNEL = ("POSTKERNEL", False)
    SCALED = ("SCALED", False)
    PREOUTPUT = ("PREOUTPUT", False)
    OUTPUT = ("OUTPUT", False)

    @property
    def text(self) -> str:
        """The name in shader files."""
        return self.value[0]

    @property
    def resizable(self) -> bool:
        """Whether an overwriting pass may change the size of the image."""
        return self.value[1]

    @property
    def names(self) -> tuple[str, ...]:
        """Every name under which shaders know the image of this stage."""
        return ("MAIN", "MAINPRESUB") if self is Stage.MAIN else (self.text,)

    @classmethod
    def parse(cls, name: str) -> Stage | None:
        """The stage called `name`, or None: an unknown stage is legal and never fires."""
        return _BY_NAME.get(name)


_BY_NAME: dict[str, Stage] = {name: stage for stage in Stage for name in stage.names}


def canonical_name(name: str) -> str:
    """The one name under which a texture is filed: MAINPRESUB and MAIN are the same image."""
    return "MAIN" if name == "MAINPRESUB" else name
