"""`Frame`: one decoded picture as numpy planes, with its exact place in time.

The planes of a frame are views of the decoder's own memory wherever that is possible: nothing is copied
between the decoder and the texture upload.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import av
import numpy as np
import numpy.typing as npt

from anime4k.media.format import PIXEL_LAYOUTS, PixelLayout, SourceFormat

Plane = npt.NDArray[Any]


@dataclass(frozen=True, eq=False)
class Frame:
    """One picture.

    Attributes:
        planes: per `PlaneLayout` of the format an array of shape (h, w) for one component and (h, w, c)
            otherwise; uint8 up to 8 bits, native uint16 above. Rows may be padded; the arrays are
            read-only because the decoder may still predict from them.
        format: what the planes mean.
        pts: presentation time in units of `time_base`.
        time_base: seconds per unit.
        duration: how long the picture is shown, in units of `time_base`; 0 = unknown.
        corrupt: whether the decoder had to conceal damage in this picture.
        key: whether it can be decoded without any other picture.
    """

    planes: tuple[Plane, ...]
    format: SourceFormat
    pts: int
    time_base: Fraction
    duration: int = 0
    corrupt: bool = False
    key: bool = False

    @property
    def time(self) -> float:
        """Presentation time in seconds."""
        return float(self.pts * self.time_base)

    @property
    def duration_s(self) -> float:
        """Seconds for which the picture is shown, 0 when unknown."""
        return float(self.duration * self.time_base)


def planes_of(frame: av.VideoFrame) -> tuple[Plane, ...]:
    """The planes of a decoder frame in upload order, without copying where possible.

    Args:
        frame: a frame in one of the formats of `PIXEL_LAYOUTS`.
    """
    name = frame.format.name
    if name == "pal8":
        return (_expand_palette(frame),)
    layout = PIXEL_LAYOUTS[name]
    return tuple(_plane(frame, layout, index) for index in range(len(layout.planes)))


def _plane(frame: av.VideoFrame, layout: PixelLayout, index: int) -> Plane:
    what = layout.planes[index]
    channels = len(what.components)
    width = -(-frame.width // what.subsample_x)
    height = -(-frame.height // what.subsample_y)
    dtype = np.dtype(np.uint8 if layout.depth <= 8 else "<u2")
    source: Any = frame.planes[index]
    shape = (height, width) if channels == 1 else (height, width, channels)
    inner = (dtype.itemsize,) if channels == 1 else (channels * dtype.itemsize, dtype.itemsize)
    stride = source.line_size
    # The array holds the plane and the plane holds the frame, so the memory lives as long as the array.
    if stride >= 0:
        array: Plane = np.ndarray(shape, dtype, buffer=source, strides=(stride, *inner))
    else:  # stored bottom-up: the buffer starts at the lowest row in memory, which is the last one
        rows: Plane = np.ndarray(shape, dtype, buffer=source, strides=(-stride, *inner))
        array = np.ascontiguousarray(rows[::-1])
    if dtype.itemsize == 2 and sys.byteorder == "big":
        array = array.astype(np.uint16)
    array.flags.writeable = False
    return array


def _expand_palette(frame: av.VideoFrame) -> Plane:
    source: Any = frame.planes[0]
    palette: Any = frame.planes[1]
    strides = (abs(source.line_size), 1)
    indices: Plane = np.ndarray((frame.height, frame.width), np.uint8, buffer=source, strides=strides)
    if source.line_size < 0:
        indices = indices[::-1]
    # A palette entry is a native 32-bit ARGB number, so its bytes are B, G, R, A on little-endian machines.
    argb = np.frombuffer(palette, np.uint32, 256)
    rgba = np.stack([argb >> 16, argb >> 8, argb, argb >> 24], axis=-1).astype(np.uint8)
    expanded: Plane = rgba[indices]
    expanded.flags.writeable = False
    return expanded
