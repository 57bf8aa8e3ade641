"""What a decoded frame means: `SourceFormat` from its tags, with the usual guesses where tags are missing."""

from __future__ import annotations

import struct
from dataclasses import dataclass
from fractions import Fraction

import av
from av.sidedata.sidedata import Type as SideDataType

from anime4k.colour import ChromaSite, Matrix, Primaries, Range, Transfer
from anime4k.media.format import (
    PIXEL_LAYOUTS,
    ColourModel,
    FieldOrder,
    PixelLayout,
    SourceFormat,
)

MAX_SIDE = 16384
"""Largest width or height that is accepted, in pixels."""
MAX_PIXELS = 1 << 27
"""Largest picture that is accepted: 134 million pixels."""

_SD_MAX_WIDTH, _SD_MAX_HEIGHT = 1279, 576
_MAX_SAR = 10
_UNSPECIFIED = 2
_YCGCO, _BT2020_CL, _ICTCP, _FCC = 8, 10, 14, 4
_CENTER_SITED_CODECS = ("mjpeg", "mjpegb", "mpeg1video", "webp")


@dataclass(frozen=True)
class Tags:
    """What container and decoder say of all frames, used where a frame says nothing itself.

    Attributes:
        codec: name of the decoder, e.g. "h264".
        sar: sample aspect ratio, None = unknown.
        field_order: interlacing of the frames as they will be delivered.
        matrix, range, primaries, transfer: codes of H.273 as FFmpeg numbers them; 2 (0 for range) = unspecified.
        still: whether this is a picture rather than a video.
    """

    codec: str = ""
    sar: Fraction | None = None
    field_order: FieldOrder = FieldOrder.PROGRESSIVE
    matrix: int = _UNSPECIFIED
    range: int = 0
    primaries: int = _UNSPECIFIED
    transfer: int = _UNSPECIFIED
    still: bool = False


def source_format(frame: av.VideoFrame, tags: Tags, original: str | None = None) -> tuple[SourceFormat, list[str]]:
    """The format of a frame in one of the uploadable layouts.

    Args:
        frame: the frame as it will be delivered.
        tags: what is known from the container and the decoder.
        original: the pixel format before a conversion by swscale, when there was one.

    Returns:
        The format, and what had to be ignored or replaced, in words.
    """
    layout = PIXEL_LAYOUTS[frame.format.name]
    notes: list[str] = []
    size = (frame.width, frame.height)
    transfer = _transfer(layout, _known(frame.color_trc, tags.transfer), tags, notes)
    matrix = _matrix(layout, _known(frame.colorspace, tags.matrix), size, transfer, tags, notes)
    primaries = _primaries(_known(frame.color_primaries, tags.primaries), matrix, transfer, size)
    full = layout.full_range or (original or "").startswith("yuvj")
    return (
        SourceFormat(
            width=frame.width,
            height=frame.height,
            model=layout.model,
            planes=layout.planes,
            depth=layout.depth,
            shift=layout.shift,
            matrix=matrix,
            range=_range(layout, frame.color_range or tags.range, full, tags),
            primaries=primaries,
            transfer=transfer,
            chroma_site=_chroma_site(layout, matrix, tags),
            sar=_sar(tags.sar, notes),
            rotation=_rotation(frame, notes),
            field_order=tags.field_order,
            max_luminance=mastering_peak(frame) if transfer.is_hdr else 0.0,
        ),
        notes,
    )


def _known(of_frame: int, of_stream: int) -> int:
    return of_stream if of_frame == _UNSPECIFIED else of_frame


def _matrix(
    layout: PixelLayout, code: int, size: tuple[int, int], transfer: Transfer, tags: Tags, notes: list[str]
) -> Matrix:
    if layout.model is ColourModel.RGB:
        return Matrix.RGB
    if code in (_YCGCO, _ICTCP):
        notes.append(f"the colour matrix with code {code} is not supported; BT.709 is used, colours will be wrong")
        return Matrix.BT709
    known = Matrix.from_code({_BT2020_CL: 9, _FCC: 5}.get(code, code))
    if known is not None and known is not Matrix.RGB:
        return known
    if tags.still or tags.codec == "mjpeg":
        return Matrix.BT601
    if transfer.is_hdr:
        return Matrix.BT2020
    large = size[0] > _SD_MAX_WIDTH or size[1] > _SD_MAX_HEIGHT
    return Matrix.BT709 if large else Matrix.BT601


def _range(layout: PixelLayout, code: int, full: bool, tags: Tags) -> Range:
    if layout.model is ColourModel.RGB or full:
        return Range.FULL
    known = Range.from_code(code)
    if known is not None:
        return known
    return Range.FULL if tags.still and layout.model is ColourModel.GRAY else Range.LIMITED


def _transfer(layout: PixelLayout, code: int, tags: Tags, notes: list[str]) -> Transfer:
    known = Transfer.from_code(code)
    if tags.still:
        # A picture without a curve of its own, or with the camera's name for one, is meant for an sRGB screen.
        return Transfer.SRGB if known in (None, Transfer.BT1886) else known
    if known is not None:
        return known
    if code not in (0, _UNSPECIFIED, 3):
        notes.append(f"the transfer curve with code {code} is not supported; BT.1886 is used")
    return Transfer.SRGB if layout.model is ColourModel.RGB else Transfer.BT1886


def _primaries(code: int, matrix: Matrix, transfer: Transfer, size: tuple[int, int]) -> Primaries:
    known = Primaries.from_code(code)
    if known is not None:
        return known
    if matrix is Matrix.BT2020 or transfer.is_hdr:
        return Primaries.BT2020
    if matrix is Matrix.SMPTE240M:
        return Primaries.BT601_525
    if matrix is Matrix.BT601 and size[1] in (576, 288):
        return Primaries.BT601_625
    if matrix is Matrix.BT601 and size[1] in (480, 486, 488, 240):
        return Primaries.BT601_525
    return Primaries.BT709


def _chroma_site(layout: PixelLayout, matrix: Matrix, tags: Tags) -> ChromaSite:
    sub = max(((p.subsample_x, p.subsample_y) for p in layout.planes), default=(1, 1))
    if tags.codec in _CENTER_SITED_CODECS:
        return ChromaSite.CENTER
    if matrix is Matrix.BT2020 and sub == (2, 2):
        return ChromaSite.TOPLEFT
    return ChromaSite.LEFT


def _sar(sar: Fraction | None, notes: list[str]) -> Fraction:
    if not sar or sar < 0:
        return Fraction(1)
    if not Fraction(1, _MAX_SAR) <= sar <= _MAX_SAR:
        notes.append(f"the pixel aspect ratio {sar.numerator}:{sar.denominator} is absurd and is ignored")
        return Fraction(1)
    return sar


def _rotation(frame: av.VideoFrame, notes: list[str]) -> int:
    angle = frame.rotation  # counterclockwise
    turned = round(-angle / 90) * 90 % 360
    if angle % 90:
        notes.append(f"the picture is rotated by {angle} degrees; it is shown turned by the nearest quarter")
    if is_mirrored(frame):
        notes.append("the file asks for a mirrored picture; mirroring is not applied")
    return turned


def display_matrix(frame: av.VideoFrame) -> tuple[int, ...] | None:
    """The nine numbers of the display matrix (16.16 fixed point, 2.30 in the third column), or None."""
    data = _side_data(frame, SideDataType.DISPLAYMATRIX)
    return struct.unpack("=9i", data[:36]) if data is not None and len(data) >= 36 else None


def is_mirrored(frame: av.VideoFrame) -> bool:
    """Whether the display matrix turns the picture over (its determinant is negative)."""
    matrix = display_matrix(frame)
    return matrix is not None and matrix[0] * matrix[4] - matrix[1] * matrix[3] < 0


def mastering_peak(frame: av.VideoFrame) -> float:
    """Peak luminance in cd/m2 of the display that HDR material was mastered on, 0 = unknown."""
    data = _side_data(frame, SideDataType.MASTERING_DISPLAY_METADATA)
    if data is None or len(data) < 88:
        return 0.0
    # Ten rationals (primaries, white, minimum, maximum) followed by two flags.
    numbers = struct.unpack("=22i", data[:88])
    numerator, denominator, has_luminance = numbers[18], numbers[19], numbers[21]
    if not has_luminance or denominator == 0:
        return 0.0
    peak = numerator / denominator
    return peak if 1.0 <= peak <= 10000.0 else 0.0


def _side_data(frame: av.VideoFrame, kind: SideDataType) -> bytes | None:
    try:
        return bytes(frame.side_data[kind])  # type: ignore[literal-required]
    except (KeyError, ValueError):  # absent, or a kind beside it that PyAV has no name for
        return None
