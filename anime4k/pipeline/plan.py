"""One frame's work as data: what runs, at which size, with what, and why the rest is skipped.

A `Plan` is immutable and pure: it is made without OpenGL, the same request gives an equal plan, and an
executor can run it without looking anything up. Sizes are in texels, rectangles in texels of the texture
they describe, row 0 is the top row.
"""

from __future__ import annotations

import enum
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from anime4k.hooks.decl import BufferDecl, Filter, Origin, TextureDecl
from anime4k.hooks.stages import Stage
from anime4k.pipeline.reach import Reaches

if TYPE_CHECKING:
    from anime4k.pipeline.parts import Block, Ending, PassParts

MAX_SAMPLERS = 16
"""Textures that one step may read: what every device offers."""

MAX_TEXELS = 2**27
"""Texels that one pass may write: a gibibyte of half floats, four times an 8K picture."""


@dataclass(frozen=True)
class Size:
    """Width and height in texels."""

    width: int
    height: int

    @property
    def area(self) -> int:
        """Number of texels."""
        return self.width * self.height

    def __str__(self) -> str:
        return f"{self.width}x{self.height}"


@dataclass(frozen=True)
class Rect:
    """A rectangle with fractional corners, in texels of some texture."""

    x0: float
    y0: float
    x1: float
    y1: float

    @property
    def width(self) -> float:
        """Horizontal extent."""
        return self.x1 - self.x0

    @property
    def height(self) -> float:
        """Vertical extent."""
        return self.y1 - self.y0

    def close_to(self, other: Rect, tolerance: float = 1e-6) -> bool:
        """Whether all corners agree within `tolerance` texels."""
        pairs = zip((self.x0, self.y0, self.x1, self.y1), (other.x0, other.y0, other.x1, other.y1), strict=True)
        return all(abs(a - b) <= tolerance for a, b in pairs)


class TexelFormat(enum.Enum):
    """Texture formats: (components, bits per component, is float); those of three components are only read."""

    R8 = (1, 8, False)
    RG8 = (2, 8, False)
    RGB8 = (3, 8, False)
    RGBA8 = (4, 8, False)
    R16 = (1, 16, False)
    RG16 = (2, 16, False)
    RGB16 = (3, 16, False)
    RGBA16 = (4, 16, False)
    RGBA16F = (4, 16, True)
    R32F = (1, 32, True)
    RG32F = (2, 32, True)
    RGB32F = (3, 32, True)
    RGBA32F = (4, 32, True)

    @property
    def components(self) -> int:
        """Channels per texel."""
        return self.value[0]

    @property
    def bits(self) -> int:
        """Bits per channel."""
        return self.value[1]

    @property
    def is_float(self) -> bool:
        """Whether values are floats (else unsigned normalised)."""
        return self.value[2]

    @property
    def texel_bytes(self) -> int:
        """Bytes per texel."""
        return self.components * self.bits // 8

    @classmethod
    def of(cls, components: int, bits: int) -> TexelFormat:
        """The plane format with this many channels; 32 bits means float."""
        return next(f for f in cls if f.value == (components, bits, bits == 32))


class Role(enum.Enum):
    """Where the contents of a texture come from."""

    PLANE = "plane"
    """Uploaded with every frame."""
    STEP = "step"
    """Written by a step of the same frame."""
    CONSTANT = "constant"
    """Known when the plan is made (kernel weights)."""
    OUTPUT = "output"
    """Written by a last step and read by whoever asked for the picture."""


@dataclass(frozen=True)
class Texture:
    """A logical texture of the plan.

    Attributes:
        label: what it holds, for people.
        size: in texels.
        format: texel format.
        role: where its contents come from.
        index: plane number for planes and outputs, else -1.
        payload: contents of a constant, rows top first.
    """

    label: str
    size: Size
    format: TexelFormat
    role: Role
    index: int = -1
    payload: bytes = field(default=b"", repr=False)


TextureId = int
"""Index into `Plan.textures`."""


class StepKind(enum.Enum):
    """How a step is executed."""

    FRAGMENT = "fragment"
    COMPUTE = "compute"


@dataclass(frozen=True)
class Program:
    """GLSL text of a step without its #version line.

    Attributes:
        kind: fragment or compute.
        extensions: `#extension` lines, hoisted to the top.
        text: everything after them.
    """

    kind: StepKind
    extensions: tuple[str, ...]
    text: str


@dataclass(frozen=True)
class Sampler:
    """A texture read by a step, under a uniform name; the unit is its position among the inputs."""

    uniform: str
    texture: TextureId


@dataclass(frozen=True)
class Uniform:
    """A uniform that keeps its value as long as the plan lives: floats or ints, 1 to 4 of them."""

    name: str
    values: tuple[float, ...] | tuple[int, ...]


class FrameUniform(enum.Enum):
    """Uniforms that change from frame to frame; the value is the GLSL name."""

    FRAME = "frame"
    """Number of frames rendered since loading, the first is 1."""
    RANDOM = "random"
    """A new number in [0, 1) for every executed pass."""
    PTS = "us_pts"
    """Presentation time in seconds, known to bodies as PTS."""


@dataclass(frozen=True)
class UserTexture:
    """A TEXTURE block that a pass binds; it lives as long as its file stays loaded.

    Attributes:
        file: index of the shader file.
        decl: the declaration.
        filter: the filter after applying the profile's default.
    """

    file: int
    decl: TextureDecl
    filter: Filter


@dataclass(frozen=True)
class UserBuffer:
    """A BUFFER block that a pass binds; its binding point is its position among the step's buffers."""

    file: int
    decl: BufferDecl


@dataclass(frozen=True)
class Step:
    """One draw or dispatch.

    Attributes:
        desc: what it does, for people.
        stage: the hook point of a user pass, None for built-in steps.
        origin: where the pass was written, None for built-in steps.
        file: index of the shader file, -1 for built-in steps.
        program: GLSL text.
        samplers: textures read.
        user_textures: TEXTURE blocks read or written.
        buffers: BUFFER blocks bound.
        uniforms: constant uniforms.
        frame_uniforms: uniforms set per frame.
        outputs: textures written, one per render target.
        size: size of the outputs.
        groups: work groups of a compute step, (0, 0) otherwise.
        reads: texel reads per frame, counted from the text; an estimate where code loops.
        multiply_adds: multiply-adds per frame where the text makes them countable, else 0.
        parts: the user passes that it draws, one for each output; empty for built-in steps, for passes that were
            written as compute shaders, and for files that no rewrite may touch.
        block: what an invocation makes where fragment passes were put into a compute program.
        rewritten: whether a rewrite has changed the program.
        reaches: which texels a built-in step depends on, None = unknown.
        ending: of a built-in step that reads one texture, at its own pixel: what it does with the colour.
    """

    desc: str
    stage: Stage | None
    origin: Origin | None
    file: int
    program: Program
    samplers: tuple[Sampler, ...]
    user_textures: tuple[UserTexture, ...]
    buffers: tuple[UserBuffer, ...]
    uniforms: tuple[Uniform, ...]
    frame_uniforms: tuple[FrameUniform, ...]
    outputs: tuple[TextureId, ...]
    size: Size
    groups: tuple[int, int] = (0, 0)
    reads: int = 0
    multiply_adds: int = 0
    parts: tuple[PassParts, ...] = ()
    block: Block | None = None
    rewritten: bool = False
    reaches: Reaches | None = None
    ending: Ending | None = None

    @property
    def passes(self) -> tuple[str, ...]:
        """Descriptions of the user passes that it draws; none for built-in steps."""
        if self.origin is None:
            return ()
        return tuple(part.desc for part in self.parts) or (self.desc,)

    @property
    def kind(self) -> StepKind:
        """Fragment or compute."""
        return self.program.kind

    @property
    def writes(self) -> int:
        """Texels written per frame."""
        return self.size.area * len(self.outputs)

    @property
    def has_side_effects(self) -> bool:
        """Whether it writes something that outlives the frame."""
        return any(t.decl.storage for t in self.user_textures) or any(b.decl.storage for b in self.buffers)


@dataclass(frozen=True)
class Skip:
    """A pass that will not run.

    Attributes:
        desc: the pass's DESC or a generated description.
        stage: the hook point concerned, None when it has none.
        origin: where it was written.
        reason: why, in words.
    """

    desc: str
    stage: Stage | None
    origin: Origin
    reason: str


@dataclass(frozen=True)
class Disabled:
    """A shader file that the plan leaves out.

    Attributes:
        file: index among the requested files.
        path: as given.
        reason: why, in words, with the place.
    """

    file: int
    path: str
    reason: str


@dataclass(frozen=True)
class Cost:
    """Sums over all steps."""

    reads: int
    writes: int
    multiply_adds: int
    peak_bytes: int
    """Texture memory while the frame is drawn, after reuse."""


Span = tuple[int, int]
"""First and last tile."""


@dataclass(frozen=True)
class Grid:
    """Results of one size, divided into cells, which are what is drawn or left as it was.

    Attributes:
        size: of the results.
        cell: (width, height) of a cell; those at the right and the bottom may be cut.
        grouped: whether cells are what work groups make.
        columns: for every column of cells the columns of tiles that have a say in it.
        rows: for every row of cells the rows of tiles.
    """

    size: Size
    cell: tuple[int, int]
    grouped: bool
    columns: tuple[Span, ...]
    rows: tuple[Span, ...]


@dataclass(frozen=True)
class Tiling:
    """All grids of a plan.

    Attributes:
        tiles: columns and rows of tiles of the source.
        grids: without repetition.
        of_steps: for every step the number of its grid.
    """

    tiles: tuple[int, int]
    grids: tuple[Grid, ...]
    of_steps: tuple[int, ...]


@dataclass(frozen=True)
class Plan:
    """One frame's work.

    Attributes:
        steps: in execution order.
        textures: logical textures, referred to by index.
        slots: for every texture of role STEP the number of the memory slot it lives in, else -1.
        outputs: textures of the picture, in plane order.
        output_size: size of the picture.
        skipped: every pass that does not run, with its reason.
        disabled: files that were left out, with their reason.
        notes: things worth knowing (tone mapping, converted primaries).
        pts_dependent: whether an expression uses PTS, so that the plan holds for one frame only.
        cost: sums.
        tiling: which parts of results depend on which of the source, where results stay from frame to frame.
    """

    steps: tuple[Step, ...]
    textures: tuple[Texture, ...]
    slots: tuple[int, ...]
    outputs: tuple[TextureId, ...]
    output_size: Size
    skipped: tuple[Skip, ...]
    disabled: tuple[Disabled, ...]
    notes: tuple[str, ...]
    pts_dependent: bool
    cost: Cost
    tiling: Tiling | None = None
