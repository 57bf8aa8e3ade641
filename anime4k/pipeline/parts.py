"""What the program of a user pass is written from, as data."""

from __future__ import annotations

import enum
from dataclasses import dataclass

from anime4k.pipeline.plan import Size, TextureId, Uniform


@dataclass(frozen=True)
class BoundTexture:
    """A stage image or saved texture as a pass sees it.

    Attributes:
        texture: which one.
        names: every macro family to define (HOOKED, LUMA, MAIN, MAINPRESUB, ...).
        size: texture size in texels.
        mul: factor that normalises raw values.
        shift: added to coordinates, in texture space [0,1] (OFFSET ALIGN), (0, 0) otherwise.
        origin: picture's top-left corner in texels.
        fetched: whether `NAME_texOff` is only called with whole numbers, and fetches there instead of filtering.
    """

    texture: TextureId
    names: tuple[str, ...]
    size: Size
    mul: float
    shift: tuple[float, float]
    origin: tuple[float, float]
    fetched: bool = False


class Kept(enum.Enum):
    """What becomes of a colour that is kept in a texture of floats."""

    WHOLE = "32-bit floats keep it"
    ROUNDED = "rounded to half floats"
    CUT = "cut off to half floats"


@dataclass(frozen=True)
class Ending:
    """What is done with the colour of each pixel of a picture, without a look at any other.

    Attributes:
        functions: GLSL functions needed.
        code: statements that change `vec4 color`; the pixel is `ivec2 us_px`.
        kept: what becomes of the colour before.
    """

    functions: tuple[str, ...]
    code: str
    kept: Kept = Kept.WHOLE


@dataclass(frozen=True)
class PassParts:
    """What the program of a user pass is written from, so that rewrites can put it into another one.

    Attributes:
        desc: what the pass does, for people.
        bound: textures in sampler order.
        uniforms: constant uniforms that do not belong to a texture.
        declarations: GLSL of everything else that is declared, and macros that the body's own names cannot disturb.
        macros: `#define` lines that must come last.
        line: of the body in its file.
        body: its text.
        result: the expression for the colour that it gives.
        ending: what is done with that colour, None = nothing.
    """

    desc: str
    bound: tuple[BoundTexture, ...]
    uniforms: tuple[Uniform, ...]
    declarations: tuple[str, ...]
    macros: tuple[str, ...]
    line: int
    body: str
    result: str
    ending: Ending | None = None


@dataclass(frozen=True)
class Block:
    """The pixels that one invocation makes, and the threads of a work group, both (across, down)."""

    pixels: tuple[int, int]
    threads: tuple[int, int]
