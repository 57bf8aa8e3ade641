"""Frames that look like the one before: whether a plan allows to keep its picture, and whether planes are the same.

Drawings are held for two or three frames, decoders repeat pictures, and a paused or still passage is one picture
after another. Such a frame needs neither upload nor drawing.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from anime4k.media.format import SourceFormat
from anime4k.pipeline.plan import Plan
from anime4k.pipeline.tiles import MOST_BYTES, Mask, pixels_of, words

Pixels = NDArray[Any]

REUSE = "reuse"
"""The name under which it is switched off, beside those of the rewrites."""
_LOOKS = 16
"""Rows that are compared first: pictures that differ mostly do so somewhere among them."""


def steady(plan: Plan) -> bool:
    """Whether equal planes make an equal picture: nothing depends on time, chance or what earlier frames left."""
    return not plan.pts_dependent and not any(step.frame_uniforms or step.has_side_effects for step in plan.steps)


def same_planes(one: Sequence[Pixels], other: Sequence[Pixels]) -> bool:
    """Whether two frames have equal samples, bit by bit, in planes of the same shapes and types; padding is no part."""
    if not alike(one, other):
        return False
    pairs = [(a, b) for a, b in zip(one, other, strict=True) if a is not b]
    looks = all(_equal(a[:: _apart(a)], b[:: _apart(b)]) for a, b in pairs)
    return looks and all(_equal(a, b) for a, b in pairs)


def code(source: SourceFormat) -> float:
    """What an 8-bit code is in the samples of a source."""
    return 1 / 255 if source.depth > 16 else 2.0 ** (source.depth - 8 + source.shift)


def alike(one: Sequence[Pixels], other: Sequence[Pixels]) -> bool:
    """Whether two frames have planes of the same shapes and types."""
    return len(one) == len(other) and all(
        a.shape == b.shape and a.dtype == b.dtype for a, b in zip(one, other, strict=True)
    )


class LastPlanes:
    """The planes of the frame whose picture is there."""

    def __init__(self) -> None:
        self.planes: tuple[Pixels, ...] = ()
        """Empty when there is no picture."""
        self._copied = False

    def keep(self, planes: Sequence[Pixels], *, copied: bool = False) -> None:
        """There is a picture of these planes now.

        Args:
            planes: of the frame. Arrays that somebody may write to are copied.
            copied: copy them all, since parts of them will be replaced.
        """
        if planes is self.planes:  # what `replaced` has returned
            return
        self.planes = tuple(plane.copy() if copied else _lasting(plane) for plane in planes)
        self._copied = copied

    def replaced(self, planes: Sequence[Pixels], mask: Mask) -> tuple[Pixels, ...]:
        """What was kept, with the tiles of a mask from other planes."""
        if not self._copied:
            self.planes, self._copied = tuple(plane.copy() for plane in self.planes), True
        source = self.planes[0].shape[0], self.planes[0].shape[1]
        for plane, kept in zip(planes, self.planes, strict=True):
            chosen = pixels_of(mask, plane.shape, source)
            kept[chosen] = plane[chosen]
        return self.planes

    def forget(self) -> None:
        """There is no picture any more."""
        self.planes = ()


def _apart(plane: Pixels) -> int:
    return max(1, len(plane) // _LOOKS)


def _equal(one: Pixels, other: Pixels) -> bool:
    """Whether all bits are equal: -0.0 is not 0.0."""
    pairs = zip(words(one, MOST_BYTES), words(other, MOST_BYTES), strict=True)
    return all(np.array_equal(a, b) for a, b in pairs)


def _lasting(plane: Pixels) -> Pixels:
    owner: object = plane
    while isinstance(owner, np.ndarray):
        if owner.flags.writeable:
            return plane.copy()
        owner = owner.base
    return plane  # of a decoder, which does not touch its picture while somebody has it
