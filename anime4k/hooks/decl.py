"""A user-shader file as data, exactly as written: passes, textures, buffers, parameters.

Nothing here knows sizes, stages' images or OpenGL. Each declaration carries its file and line, so that
every later message can point at the text of the user.
"""

from __future__ import annotations

import enum
from dataclasses import dataclass
from pathlib import PurePath

from anime4k.hooks.stages import Stage


@dataclass(frozen=True)
class Origin:
    """Where something was written: file and 1-based line."""

    path: str
    line: int

    def __str__(self) -> str:
        return f"{self.path}:{self.line}"


# -- expressions ---------------------------------------------------------------------------------------


class Axis(enum.Enum):
    """Which extent of a texture a size token asks for."""

    WIDTH = "w"
    HEIGHT = "h"


class Operator(enum.Enum):
    """Operators of the RPN language; the value is the character that selects them."""

    ADD = "+"
    SUBTRACT = "-"
    MULTIPLY = "*"
    DIVIDE = "/"
    MODULO = "%"
    GREATER = ">"
    LESS = "<"
    EQUAL = "="
    NOT = "!"


@dataclass(frozen=True)
class Literal:
    """A number; evaluated as float32."""

    value: float


@dataclass(frozen=True)
class SizeOf:
    """`NAME.w` or `NAME.h`: the size of a texture in texels."""

    name: str
    axis: Axis


@dataclass(frozen=True)
class Variable:
    """A PARAM or an ENUM label."""

    name: str


Token = Literal | SizeOf | Variable | Operator


@dataclass(frozen=True)
class Expression:
    """An RPN expression and where it was written.

    Attributes:
        tokens: the classified tokens in order.
        text: the expression as written, for messages.
        origin: file and line of the directive.
    """

    tokens: tuple[Token, ...]
    text: str
    origin: Origin

    @property
    def textures(self) -> frozenset[str]:
        """Names of the textures whose size is asked for."""
        return frozenset(token.name for token in self.tokens if isinstance(token, SizeOf))

    @property
    def variables(self) -> frozenset[str]:
        """Names of the parameters or labels used."""
        return frozenset(token.name for token in self.tokens if isinstance(token, Variable))


# -- blocks --------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class ComputeDecl:
    """`COMPUTE bw bh [tw th]`: output texels per work group and threads per work group."""

    block_width: int
    block_height: int
    threads_x: int
    threads_y: int


@dataclass(frozen=True)
class PassDecl:
    """One pass block.

    Attributes:
        hooks: known stages, in file order, without repetition.
        unknown_hooks: names of HOOK lines that are no stage (they never fire).
        binds: names of BIND lines in order, as written, repetitions included.
        save: the SAVE name as written, or None to overwrite the hooked image.
        desc: the DESC text, empty when absent.
        width: WIDTH expression, None = HOOKED.w.
        height: HEIGHT expression, None = HOOKED.h.
        when: WHEN expression, None = always.
        offset: numeric OFFSET in pixels of the output texture.
        align: whether OFFSET ALIGN was given.
        components: COMPONENTS clamped to 0..4; 0 = same as the hooked image.
        compute: the COMPUTE directive, None = fragment pass.
        body: GLSL text, verbatim, line ends normalised to LF.
        body_line: 1-based line in the file at which `body` starts.
        origin: the first line of the block.
    """

    hooks: tuple[Stage, ...]
    unknown_hooks: tuple[str, ...]
    binds: tuple[str, ...]
    save: str | None
    desc: str
    width: Expression | None
    height: Expression | None
    when: Expression | None
    offset: tuple[float, float]
    align: bool
    components: int
    compute: ComputeDecl | None
    body: str
    body_line: int
    origin: Origin


class SampleType(enum.Enum):
    """How texels of a user TEXTURE are stored and read."""

    UNORM = "unorm"
    SNORM = "snorm"
    FLOAT = "float"
    UINT = "uint"
    SINT = "sint"


@dataclass(frozen=True)
class TextureFormat:
    """A FORMAT name taken apart.

    Attributes:
        name: as written.
        components: 1 to 4.
        bits: per component, 8, 16 or 32.
        sample_type: how texels are stored and read.
        payload_bits: bits per component in the payload (rgba16f carries float32: 32).
    """

    name: str
    components: int
    bits: int
    sample_type: SampleType
    payload_bits: int

    @property
    def payload_texel_bytes(self) -> int:
        """Bytes of payload per texel."""
        return self.components * self.payload_bits // 8


class Filter(enum.Enum):
    """FILTER of a user TEXTURE."""

    NEAREST = "NEAREST"
    LINEAR = "LINEAR"


class Border(enum.Enum):
    """BORDER of a user TEXTURE."""

    CLAMP = "CLAMP"
    REPEAT = "REPEAT"
    MIRROR = "MIRROR"


@dataclass(frozen=True)
class TextureDecl:
    """One TEXTURE block.

    Attributes:
        name: the sampler or image identifier in GLSL.
        size: (w,), (w, h) or (w, h, d): the number of extents decides 1D, 2D, 3D.
        format: texel format.
        filter: None when the directive is absent (the default depends on the compatibility profile).
        border: how coordinates outside are treated.
        storage: whether passes may write it (an image instead of a sampler).
        payload: raw bytes in memory order; empty only with `storage`.
        origin: the first line of the block.
    """

    name: str
    size: tuple[int, ...]
    format: TextureFormat
    filter: Filter | None
    border: Border
    storage: bool
    payload: bytes
    origin: Origin


@dataclass(frozen=True)
class BufferMember:
    """One VAR line: GLSL type, identifier, number of elements (1 = not an array), byte offset and size."""

    type: str
    name: str
    count: int
    offset: int
    size: int


@dataclass(frozen=True)
class BufferDecl:
    """One BUFFER block: a uniform block (std140), or with `storage` a shader storage block (std430).

    Attributes:
        name: the block name used by BIND.
        members: in order, with byte offsets.
        storage: read-write storage instead of a uniform block.
        payload: initial bytes; empty only with `storage`.
        size: bytes up to the end of the last member.
        origin: the first line of the block.
    """

    name: str
    members: tuple[BufferMember, ...]
    storage: bool
    payload: bytes
    size: int
    origin: Origin


class ParamKind(enum.Enum):
    """How a PARAM reaches the GLSL text."""

    UNIFORM = "uniform"
    DYNAMIC = "dynamic"
    CONSTANT = "constant"
    DEFINE = "define"


class Scalar(enum.Enum):
    """The GLSL type of a PARAM."""

    FLOAT = "float"
    INT = "int"
    UINT = "uint"


@dataclass(frozen=True)
class ParamDecl:
    """One PARAM block.

    Attributes:
        name: the identifier in GLSL and RPN.
        desc: DESC text, empty when absent.
        kind: uniform, dynamic uniform, constant or preprocessor define.
        scalar: GLSL type (int for DEFINE).
        minimum: smallest allowed value, -inf when unbounded.
        maximum: largest allowed value, +inf when unbounded.
        default: initial value (an int for int and uint).
        labels: ENUM labels in order, empty for other parameters.
        origin: the first line of the block.
    """

    name: str
    desc: str
    kind: ParamKind
    scalar: Scalar
    minimum: float
    maximum: float
    default: float
    labels: tuple[str, ...]
    origin: Origin


@dataclass(frozen=True)
class Remark:
    """Something legal that is almost certainly not meant."""

    origin: Origin
    message: str

    def __str__(self) -> str:
        return f"{self.origin}: {self.message}"


@dataclass(frozen=True)
class ShaderFile:
    """One parsed file.

    Attributes:
        path: as given.
        passes: in file order, including hookless ones (they never run).
        textures: in file order.
        buffers: in file order.
        params: in file order.
        warnings: found while parsing.
    """

    path: str
    passes: tuple[PassDecl, ...]
    textures: tuple[TextureDecl, ...] = ()
    buffers: tuple[BufferDecl, ...] = ()
    params: tuple[ParamDecl, ...] = ()
    warnings: tuple[Remark, ...] = ()

    @property
    def name(self) -> str:
        """Base name without extension: the scope of parameter overrides."""
        return PurePath(self.path).stem
