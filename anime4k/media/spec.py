"""What a video to be written looks like, and planes as the encoder's frames."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import av
import numpy as np
import numpy.typing as npt

from anime4k.colour import ChromaSite, Matrix, Primaries, Range, Transfer

Plane = npt.NDArray[Any]


@dataclass(frozen=True, kw_only=True)
class VideoSpec:
    """The video to be written.

    Attributes:
        width: pixels; must suit the encoder's chroma subsampling.
        height: pixels.
        time_base: seconds per unit of the times that will be given.
        frame_rate: nominal rate; only rate control and labels use it.
        matrix: how the planes were made of R'G'B'; `Matrix.RGB` for G, B, R planes.
        range: code range of the planes.
        primaries: the lights.
        transfer: the light curve.
        chroma_site: where chroma samples lie.
    """

    width: int
    height: int
    time_base: Fraction
    frame_rate: Fraction | None
    matrix: Matrix
    range: Range
    primaries: Primaries
    transfer: Transfer
    chroma_site: ChromaSite = ChromaSite.LEFT


def to_frame(planes: Sequence[Plane], spec: VideoSpec, pixel_format: str) -> av.VideoFrame:
    """A tagged frame with a copy of the planes.

    Args:
        planes: (h, w) each, in the order of the pixel format.
        spec: size and colours.
        pixel_format: FFmpeg name of a planar format.

    Raises:
        ValueError: a plane has another size than the format wants.
    """
    frame = av.VideoFrame(spec.width, spec.height, pixel_format)
    for target, plane in zip(frame.planes, planes, strict=True):
        item = plane.dtype.itemsize
        height, width = plane.shape
        if (width, height) != (target.width, target.height):
            raise ValueError(f"a plane is {width}x{height}, not {target.width}x{target.height}")
        memory: Any = target
        view: Plane = np.ndarray((height, width), plane.dtype, buffer=memory, strides=(target.line_size, item))
        view[...] = plane
    frame.colorspace, frame.color_range = spec.matrix.code, spec.range.code
    frame.color_primaries, frame.color_trc = spec.primaries.code, spec.transfer.code
    return frame
