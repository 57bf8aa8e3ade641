"""A few pictures through a real video encoder and its decoder, in memory: what compression does to them.

The pictures become 8-bit 4:2:0 of limited range on the way in and RGB again on the way out. Chroma samples lie where
MPEG-2 and later put them: in the column of the left luma sample, halfway between the two rows.
"""

from __future__ import annotations

import enum
import os
import platform
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import av
import numpy as np
import numpy.typing as npt
from av.video.codeccontext import VideoCodecContext
from av.video.frame import PictureType, VideoFrame
from av.video.plane import VideoPlane

from anime4k.colour import Matrix
from anime4k.errors import MediaError, UsageError
from anime4k.media.codecs import has_decoder, has_encoder

# The AV1 library writes a banner to stderr unless its environment variable asks for errors only.
os.environ.setdefault("SVT_LOG", "1")

Picture = npt.NDArray[np.uint8]
Plane = npt.NDArray[np.float32]
Options = Sequence[tuple[str, str]]

FRAME_RATE = Fraction(24000, 1001)
_BLACK, _LUMA_SPAN, _CHROMA_ZERO, _CHROMA_SPAN = 16.0, 219.0, 128.0, 224.0
_CATMULL_ROM_HALF = (-1 / 16, 9 / 16, 9 / 16, -1 / 16)
_CATMULL_ROM_QUARTER = (-9 / 128, 111 / 128, 29 / 128, -3 / 128)
"""Weights of Catmull and Rom's cubic (1974) at a half and at a quarter of the way between the middle two samples."""


_SAME_RESULT = (("x264-params", "asm=SSE4"),) if platform.machine() in ("x86_64", "AMD64") else ()
"""With AVX-512 the rate control of libx264 reads memory that it never wrote (seen where the width is no multiple of
128), and no two encodes are the same."""


class Codec(enum.Enum):
    """A video codec: (FFmpeg's encoder, names of decoders by preference, options that every encode gets).

    The options make encodes single-threaded, so that the same input gives the same bytes.
    """

    X264 = ("libx264", ("h264",), _SAME_RESULT)
    X265 = ("libx265", ("hevc",), (("x265-params", "log-level=error:pools=none:frame-threads=1:wpp=0"),))
    AV1 = ("libsvtav1", ("libdav1d", "av1"), (("svtav1-params", "lp=1"),))
    MPEG2 = ("mpeg2video", ("mpeg2video",), ())

    @property
    def encoder(self) -> str:
        """FFmpeg's name of the encoder."""
        return str(self.value[0])

    @property
    def available(self) -> bool:
        """Whether this build of FFmpeg can encode and decode it."""
        return has_encoder(self.encoder) and any(map(has_decoder, self.value[1]))


class FrameType(enum.Enum):
    """How a frame was coded: by itself, from the past, or from past and future."""

    I = "I"  # noqa: E741
    P = "P"
    B = "B"


@dataclass(frozen=True, eq=False)
class CodedFrame:
    """A frame that went through a codec.

    Attributes:
        planes: Y, Cb and Cr as they were decoded.
        matrix: between RGB and YUV.
        type: how it was coded.
    """

    planes: tuple[Picture, Picture, Picture]
    matrix: Matrix
    type: FrameType

    @property
    def picture(self) -> Picture:
        """(height, width, 3) 8-bit RGB, converted on demand as `to_rgb` does it."""
        return to_rgb(self.planes, self.matrix)

    @property
    def quick_picture(self) -> Picture:
        """(height, width, 3) 8-bit RGB by FFmpeg's quick conversion, which takes every matrix for BT.601.

        Its sums are cut off instead of rounded: the picture is darker by about a code, 45 dB from the exact one.
        Tools that store frames of videos as pictures mostly convert so.
        """
        return _video_frame(self.planes, 0).to_ndarray(format="rgb24").astype(np.uint8, copy=False)


def roundtrip(
    frames: Sequence[Picture], codec: Codec, options: Options = (), matrix: Matrix = Matrix.BT709
) -> tuple[CodedFrame, ...]:
    """Encode a clip and decode it again.

    Args:
        frames: 8-bit RGB pictures of one even size.
        codec: which encoder.
        options: (name, value) pairs for the encoder, such as ("crf", "23"); "q" is a constant MPEG-2 quantiser.
        matrix: between RGB and YUV.

    Returns:
        The decoded frames, as many as came in and in the same order.

    Raises:
        UsageError: the pictures do not fit, the encoder is missing, or it refuses the options.
        MediaError: not every frame came back.
    """
    height, width = _size(frames)
    if not codec.available:
        others = ", ".join(other.encoder for other in Codec if other.available) or "none"
        raise UsageError(f"This build of FFmpeg cannot encode with {codec.encoder}; it has: {others}.")
    encoder = _encoder(codec, width, height, options)
    decoder = av.CodecContext.create(next(filter(has_decoder, codec.value[1])), "r")
    decoder.thread_count = 1
    decoded: list[VideoFrame] = []
    try:
        planes, before = None, None
        for number, picture in enumerate(frames):
            if planes is None or picture is not before:
                planes, before = to_yuv(picture, matrix), picture
            for packet in encoder.encode(_video_frame(planes, number)):
                decoded += decoder.decode(packet)
        for packet in encoder.encode(None):
            decoded += decoder.decode(packet)
        decoded += decoder.decode(None)
    except (av.FFmpegError, ValueError) as error:
        raise UsageError(f"{codec.encoder} refuses {width}x{height} with {dict(options)}: {error}.") from error
    decoded.sort(key=lambda frame: frame.pts or 0)
    if len(decoded) != len(frames):
        raise MediaError(f"{codec.encoder} gave {len(decoded)} of {len(frames)} frames back.")
    return tuple(CodedFrame(_planes(frame), matrix, _type(frame)) for frame in decoded)


def through_420(picture: Picture, matrix: Matrix = Matrix.BT709) -> Picture:
    """A picture as 8-bit 4:2:0 and back, without any codec.

    Raises:
        UsageError: its size is not even.
    """
    _size([picture])
    return to_rgb(to_yuv(picture, matrix), matrix)


def to_yuv(picture: Picture, matrix: Matrix) -> tuple[Picture, Picture, Picture]:
    """8-bit RGB of even size as the three planes of 8-bit 4:2:0 of limited range.

    Chroma is filtered with (1, 2, 1) / 4 around its column and the mean of its two rows.
    """
    rgb = picture.astype(np.float32) / 255
    luma = rgb @ np.array(matrix.luma_weights, np.float32)
    planes = [_code(_BLACK + _LUMA_SPAN * luma)]
    for channel, weight in ((2, matrix.kb), (0, matrix.kr)):
        chroma = (rgb[..., channel] - luma) / (2 * (1 - weight))
        rows = (chroma[0::2] + chroma[1::2]) / 2
        padded = np.pad(rows, ((0, 0), (1, 1)), mode="edge")
        small = (padded[:, 0:-2:2] + 2 * padded[:, 1:-1:2] + padded[:, 2::2]) / 4
        planes.append(_code(_CHROMA_ZERO + _CHROMA_SPAN * small))
    return planes[0], planes[1], planes[2]


def to_rgb(planes: tuple[Picture, Picture, Picture], matrix: Matrix) -> Picture:
    """8-bit RGB of the planes of 8-bit 4:2:0 of limited range; chroma is interpolated with Catmull and Rom's cubic."""
    luma = (planes[0].astype(np.float32) - _BLACK) / _LUMA_SPAN
    blue, red = (_doubled((plane.astype(np.float32) - _CHROMA_ZERO) / _CHROMA_SPAN) for plane in planes[1:])
    r = luma + 2 * (1 - matrix.kr) * red
    b = luma + 2 * (1 - matrix.kb) * blue
    weight_r, weight_g, weight_b = matrix.luma_weights
    g = (luma - weight_r * r - weight_b * b) / weight_g
    return _code(255 * np.stack((r, g, b), axis=-1))


def _doubled(plane: Plane) -> Plane:
    """A chroma plane at twice its size: half a luma row down from the first, in the column of the first."""
    height, width = plane.shape
    padded = np.pad(plane, ((2, 2), (0, 0)), mode="edge")
    taps = [padded[start : start + height] for start in range(5)]
    rows = np.empty((2 * height, width), np.float32)
    rows[0::2] = sum(weight * tap for weight, tap in zip(_CATMULL_ROM_QUARTER, taps[3::-1], strict=True))
    rows[1::2] = sum(weight * tap for weight, tap in zip(_CATMULL_ROM_QUARTER, taps[1:], strict=True))
    padded = np.pad(rows, ((0, 0), (1, 2)), mode="edge")
    result = np.empty((2 * height, 2 * width), np.float32)
    result[:, 0::2] = rows
    result[:, 1::2] = sum(
        weight * padded[:, start : start + width] for start, weight in enumerate(_CATMULL_ROM_HALF)
    )
    return result


def _code(values: npt.NDArray[np.floating[Any]]) -> Picture:
    result: Picture = np.clip(np.floor(values + 0.5), 0, 255).astype(np.uint8)
    return result


def _size(frames: Sequence[Picture]) -> tuple[int, int]:
    shapes = {frame.shape for frame in frames}
    if len(shapes) != 1:
        raise UsageError(f"A clip needs at least one picture and pictures of one size, not {sorted(shapes)}.")
    (shape,) = shapes
    if len(shape) != 3 or shape[2] != 3 or shape[0] % 2 or shape[1] % 2:
        raise UsageError(f"A picture of shape {shape} cannot become 4:2:0; it must be RGB of even size.")
    return shape[0], shape[1]


def _encoder(codec: Codec, width: int, height: int, options: Options) -> VideoCodecContext:
    context = av.CodecContext.create(codec.encoder, "w")
    assert isinstance(context, VideoCodecContext)
    context.width, context.height, context.pix_fmt = width, height, "yuv420p"
    context.framerate, context.time_base = FRAME_RATE, 1 / FRAME_RATE
    context.thread_count = 1
    values = dict(codec.value[2])
    for name, value in options:
        if name == "q":
            values |= {"qmin": value, "qmax": value}
            context.qscale, context.global_quality = True, round(float(value)) * 118
        else:
            values[name] = f"{values[name]}:{value}" if name in values else value
    context.options = values
    return context


def _video_frame(planes: tuple[Picture, Picture, Picture], number: int) -> VideoFrame:
    height, width = planes[0].shape
    frame = VideoFrame(width, height, "yuv420p")
    for target, plane in zip(frame.planes, planes, strict=True):
        rows = _rows(target)
        # Nothing may depend on what lay in the memory before.
        rows[: plane.shape[0]] = np.pad(plane, ((0, 0), (0, target.line_size - plane.shape[1])), mode="edge")
        rows[plane.shape[0] :] = plane[-1:, -1]
    frame.pts, frame.time_base = number, 1 / FRAME_RATE
    return frame


def _planes(frame: VideoFrame) -> tuple[Picture, Picture, Picture]:
    planes = [_rows(plane)[: plane.height, : plane.width].copy() for plane in frame.planes]
    return planes[0], planes[1], planes[2]


def _rows(plane: VideoPlane) -> Picture:
    """A plane with its padding, not copied."""
    samples: Picture = np.frombuffer(memoryview(plane), np.uint8)
    return samples.reshape(-1, plane.line_size)


def _type(frame: VideoFrame) -> FrameType:
    match PictureType(frame.pict_type):
        case PictureType.P:
            return FrameType.P
        case PictureType.B:
            return FrameType.B
    return FrameType.I
