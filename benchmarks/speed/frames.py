"""Frames to draw again and again."""

from __future__ import annotations

from dataclasses import replace
from itertools import islice

import numpy as np
from engines.source import DEMO

from anime4k.media.format import SourceFormat
from anime4k.media.source import VideoSource

Planes = tuple[np.ndarray, ...]


def two(width: int, height: int) -> tuple[SourceFormat, tuple[Planes, Planes]]:
    """What frames of an (even) size are, and two that have nothing in common, so that neither can be taken twice.

    They are the demo clip's first picture, repeated or cut to the size, and the same upside down.
    """
    with VideoSource(DEMO) as video:
        (frame,) = islice(video.frames(), 1)
    sizes = ((height, width), (height // 2, width // 2), (height // 2, width // 2))
    first = tuple(_filled(plane, *size) for plane, size in zip(frame.planes, sizes, strict=True))
    second = tuple(np.ascontiguousarray(plane[::-1, ::-1]) for plane in first)
    return replace(video.format, width=width, height=height), (first, second)


def _filled(plane: np.ndarray, height: int, width: int) -> np.ndarray:
    rows, columns = -(-height // plane.shape[0]), -(-width // plane.shape[1])
    return np.ascontiguousarray(np.tile(plane, (rows, columns))[:height, :width])
