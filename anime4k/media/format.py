"""What is known of a source before its first pixel: `SourceFormat`, importable without PyAV.

A `SourceFormat` is frozen, comparable and hashable: the planner uses it as (part of) the key of a plan.
"""

from __future__ import annotations

import enum
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cached_property

from anime4k.colour import ChromaSite, Matrix, Primaries, Range, Transfer


class Component(enum.Enum):
    """What one channel of a plane holds."""

    Y = "Y"
    CB = "Cb"
    CR = "Cr"
    R = "R"
    G = "G"
    B = "B"
    A = "A"
    PAD = "pad"
    """A channel without meaning (the x of rgb0)."""


class ColourModel(enum.Enum):
    """Which components a pixel has."""

    YUV = "yuv"
    GRAY = "gray"
    RGB = "rgb"


class FieldOrder(enum.Enum):
    """How the lines of a frame belong to moments in time."""

    PROGRESSIVE = "progressive"
    TOP_FIRST = "top field first"
    BOTTOM_FIRST = "bottom field first"
    INTERLACED = "interlaced, order unknown"


@dataclass(frozen=True)
class PlaneLayout:
    """One plane as it is uploaded.

    Attributes:
        components: what each channel of the texture holds, in channel order (1 to 4).
        subsample_x: horizontal subsampling against the reference plane: 1, 2 or 4.
        subsample_y: vertical subsampling: 1, 2 or 4.
    """

    components: tuple[Component, ...]
    subsample_x: int = 1
    subsample_y: int = 1


@dataclass(frozen=True)
class Crop:
    """The visible rectangle in pixels of the reference plane; right and bottom are exclusive."""

    left: int
    top: int
    right: int
    bottom: int


@dataclass(frozen=True)
class SourceFormat:
    """Everything about a source that the plan depends on.

    Attributes:
        width: width of the reference (luma or RGB) plane in pixels.
        height: height of the reference plane in pixels.
        model: which components a pixel has.
        planes: the planes in upload order.
        depth: significant bits of a sample, 8 to 16; 32 means float samples.
        shift: how far the significant bits are shifted left in 16-bit samples (p010: 6).
        matrix: RGB to YCbCr matrix; `Matrix.RGB` for RGB sources.
        range: limited or full codes.
        primaries: the lights that R, G and B are.
        transfer: how light became code values.
        chroma_site: where chroma samples lie; meaningless without subsampling.
        sar: sample aspect ratio, width over height of a pixel.
        rotation: clockwise degrees by which the picture must be turned for display: 0, 90, 180, 270.
        field_order: interlacing of the *frames as delivered* (progressive after deinterlacing).
        crop: the visible part, None = all.
        premultiplied: whether alpha has already been multiplied into the colours.
        max_luminance: mastering peak in cd/m2 of HDR material, 0 = unknown.
    """

    width: int
    height: int
    model: ColourModel
    planes: tuple[PlaneLayout, ...]
    depth: int = 8
    shift: int = 0
    matrix: Matrix = Matrix.BT709
    range: Range = Range.LIMITED
    primaries: Primaries = Primaries.BT709
    transfer: Transfer = Transfer.BT1886
    chroma_site: ChromaSite = ChromaSite.LEFT
    sar: Fraction = Fraction(1)
    rotation: int = 0
    field_order: FieldOrder = FieldOrder.PROGRESSIVE
    crop: Crop | None = None
    premultiplied: bool = False
    max_luminance: float = 0.0

    @property
    def texture_bits(self) -> int:
        """Bits of a stored sample: 8, 16 or 32 (float)."""
        return 8 if self.depth <= 8 else (16 if self.depth <= 16 else 32)

    @property
    def has_alpha(self) -> bool:
        """Whether any plane holds alpha."""
        return any(Component.A in plane.components for plane in self.planes)

    @property
    def subsampling(self) -> tuple[int, int]:
        """(x, y) subsampling of chroma, (1, 1) without chroma planes."""
        for plane in self.planes:
            if Component.CB in plane.components or Component.CR in plane.components:
                return (plane.subsample_x, plane.subsample_y)
        return (1, 1)

    @property
    def visible(self) -> Crop:
        """The visible rectangle."""
        return self.crop or Crop(0, 0, self.width, self.height)

    @cached_property  # asked at every frame
    def display_size(self) -> tuple[int, int]:
        """(width, height) in square pixels, after rotation; neither side is smaller than the source's."""
        width, height = self.display_extent
        return (max(1, round(width)), max(1, round(height)))

    @cached_property
    def display_extent(self) -> tuple[Fraction, Fraction]:
        """`display_size` before it is rounded to whole pixels."""
        box = self.visible
        width, height = Fraction(box.right - box.left), Fraction(box.bottom - box.top)
        if self.sar > 1:
            width *= self.sar
        elif 0 < self.sar < 1:
            height /= self.sar
        return (height, width) if self.rotation % 180 else (width, height)

    def plane_size(self, index: int) -> tuple[int, int]:
        """(width, height) of plane `index`; subsampled sizes are rounded up."""
        plane = self.planes[index]
        return (-(-self.width // plane.subsample_x), -(-self.height // plane.subsample_y))

    def with_changes(self, **changes: object) -> SourceFormat:
        """A copy with some attributes replaced."""
        return replace(self, **changes)  # type: ignore[arg-type]


# -- the layouts that are uploaded as they are ---------------------------------------------------------

_Y, _CB, _CR = Component.Y, Component.CB, Component.CR
_R, _G, _B, _A = Component.R, Component.G, Component.B, Component.A


def _planar(sx: int, sy: int, alpha: bool = False) -> tuple[PlaneLayout, ...]:
    planes = (PlaneLayout((_Y,)), PlaneLayout((_CB,), sx, sy), PlaneLayout((_CR,), sx, sy))
    return (*planes, PlaneLayout((_A,))) if alpha else planes


_NV12 = (PlaneLayout((_Y,)), PlaneLayout((_CB, _CR), 2, 2))
_GBR = (PlaneLayout((_G,)), PlaneLayout((_B,)), PlaneLayout((_R,)))


@dataclass(frozen=True)
class PixelLayout:
    """How an FFmpeg pixel format is laid out in memory: what `SourceFormat` takes from it."""

    model: ColourModel
    planes: tuple[PlaneLayout, ...]
    depth: int
    shift: int = 0
    full_range: bool = False
    """True for the yuvj formats, whose name implies full range."""


def _layouts() -> dict[str, PixelLayout]:
    table: dict[str, PixelLayout] = {}
    chroma = {"420": (2, 2), "422": (2, 1), "444": (1, 1), "440": (1, 2), "411": (4, 1), "410": (4, 4)}
    for name, (sx, sy) in chroma.items():
        table[f"yuv{name}p"] = PixelLayout(ColourModel.YUV, _planar(sx, sy), 8)
        if name in ("420", "422", "444", "440"):
            table[f"yuvj{name}p"] = PixelLayout(ColourModel.YUV, _planar(sx, sy), 8, full_range=True)
    for name in ("420", "422", "444"):
        sx, sy = chroma[name]
        table[f"yuva{name}p"] = PixelLayout(ColourModel.YUV, _planar(sx, sy, alpha=True), 8)
        for depth in (9, 10, 12, 14, 16):
            table[f"yuv{name}p{depth}le"] = PixelLayout(ColourModel.YUV, _planar(sx, sy), depth)
            if depth in (10, 12, 16) and not (name == "420" and depth == 12):
                layout = PixelLayout(ColourModel.YUV, _planar(sx, sy, alpha=True), depth)
                table[f"yuva{name}p{depth}le"] = layout
    gray = (PlaneLayout((_Y,)),)
    table["gray"] = PixelLayout(ColourModel.GRAY, gray, 8)
    for depth in (9, 10, 12, 14, 16):
        table[f"gray{depth}le"] = PixelLayout(ColourModel.GRAY, gray, depth)
    table["nv12"] = PixelLayout(ColourModel.YUV, _NV12, 8)
    table["p010le"] = PixelLayout(ColourModel.YUV, _NV12, 10, shift=6)
    table["p012le"] = PixelLayout(ColourModel.YUV, _NV12, 12, shift=4)
    table["p016le"] = PixelLayout(ColourModel.YUV, _NV12, 16)
    table["gbrp"] = PixelLayout(ColourModel.RGB, _GBR, 8)
    table["gbrap"] = PixelLayout(ColourModel.RGB, (*_GBR, PlaneLayout((_A,))), 8)
    for depth in (9, 10, 12, 14, 16):
        table[f"gbrp{depth}le"] = PixelLayout(ColourModel.RGB, _GBR, depth)
    packed = {
        "rgb24": (_R, _G, _B),
        "bgr24": (_B, _G, _R),
        "rgba": (_R, _G, _B, _A),
        "bgra": (_B, _G, _R, _A),
        "rgb0": (_R, _G, _B, Component.PAD),
        "bgr0": (_B, _G, _R, Component.PAD),
    }
    for name, components in packed.items():
        table[name] = PixelLayout(ColourModel.RGB, (PlaneLayout(components),), 8)
    table["rgb48le"] = PixelLayout(ColourModel.RGB, (PlaneLayout((_R, _G, _B)),), 16)
    table["rgba64le"] = PixelLayout(ColourModel.RGB, (PlaneLayout((_R, _G, _B, _A)),), 16)
    # A palette is looked up on upload: the picture is an ordinary RGBA one from then on.
    table["pal8"] = PixelLayout(ColourModel.RGB, (PlaneLayout((_R, _G, _B, _A)),), 8)
    return table


PIXEL_LAYOUTS: dict[str, PixelLayout] = _layouts()
"""FFmpeg pixel formats that are uploaded without conversion; everything else goes through swscale."""
