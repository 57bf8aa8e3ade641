"""Which pieces of a picture are worth training on."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from PIL import Image

Pixels = npt.NDArray[np.uint8]
Numbers = npt.NDArray[np.float64]
Places = npt.NDArray[np.int64]

SIDE = 96
"""Width and height of a crop."""

FLAT_SHARE = 0.045
"""This part of the crops is flat: a network must also learn to leave flat areas alone."""

FLAT = 0.8
"""A crop is flat whose information is below this."""

BUSY = 1.8
"""A crop is busy whose information is above this; what lies between is not used."""

_STRIDE = 32
_MOST = 10.0
"""More information than this makes a crop no more likely: it is grain or dither."""

_LUMA = np.array([0.299, 0.587, 0.114], np.float32)


@dataclass(frozen=True)
class Candidates:
    """The places in a picture where a crop may be cut.

    Attributes:
        places: (n, 2) left and top of each.
        information: (n,) see `information`.
    """

    places: Places
    information: Numbers

    def flat(self) -> npt.NDArray[np.intp]:
        """Numbers of the flat ones."""
        return np.flatnonzero(self.information < FLAT)

    def busy(self) -> npt.NDArray[np.intp]:
        """Numbers of the busy ones."""
        return np.flatnonzero(self.information > BUSY)


def luma(picture: Pixels) -> npt.NDArray[np.float32]:
    """BT.601 luma of an RGB picture (h, w, 3), in codes."""
    result: npt.NDArray[np.float32] = picture.astype(np.float32) @ _LUMA
    return result


def lost(picture: Pixels) -> npt.NDArray[np.float32]:
    """The squared luma that is lost where a picture of even size is halved and doubled again: (h, w), codes squared.

    That is what a doubler has to put back. The half is the mean of 2x2 blocks, the doubling is bilinear.
    """
    height, width = picture.shape[0] // 2 * 2, picture.shape[1] // 2 * 2
    whole = luma(picture[:height, :width])
    half = (whole[0::2, 0::2] + whole[1::2, 0::2] + whole[0::2, 1::2] + whole[1::2, 1::2]) / 4
    again = np.asarray(Image.fromarray(half).resize((width, height), Image.Resampling.BILINEAR))
    result: npt.NDArray[np.float32] = (whole - again) ** 2
    return result


def information(picture: Pixels, places: Places) -> Numbers:
    """Root of the mean of what is lost (`lost`) in the crop at each of the (left, top) places, in codes."""
    field = lost(picture)
    total = np.zeros((field.shape[0] + 1, field.shape[1] + 1))
    np.cumsum(np.cumsum(field, 0, dtype=np.float64), 1, out=total[1:, 1:])
    left, top = places[:, 0], places[:, 1]
    right, bottom = np.minimum(left + SIDE, field.shape[1]), np.minimum(top + SIDE, field.shape[0])
    sums = total[bottom, right] - total[top, right] - total[bottom, left] + total[top, left]
    result: Numbers = np.sqrt(np.maximum(sums, 0) / ((right - left) * (bottom - top)))
    return result


def candidates(picture: Pixels, rng: np.random.Generator) -> Candidates:
    """Places on a jittered grid over the picture; none if it is smaller than a crop."""
    height, width = picture.shape[:2]
    if min(height, width) < SIDE:
        return Candidates(np.zeros((0, 2), np.int64), np.zeros(0))
    columns = np.arange(0, width - SIDE + _STRIDE, _STRIDE)
    rows = np.arange(0, height - SIDE + _STRIDE, _STRIDE)
    grid = np.stack(np.meshgrid(columns, rows), -1).reshape(-1, 2)
    places = grid + rng.integers(-_STRIDE // 4, _STRIDE // 4 + 1, grid.shape)
    places = np.clip(places, 0, (width - SIDE, height - SIDE))
    return Candidates(places, information(picture, places))


def draw(
    among: Candidates, numbers: npt.NDArray[np.intp], count: int, rng: np.random.Generator
) -> npt.NDArray[np.intp]:
    """`count` of the candidates with these numbers, none twice; the likelier the more information they have."""
    weights = np.clip(among.information[numbers], 0.5, _MOST)
    keys = rng.exponential(size=len(numbers)) / weights
    return numbers[np.argsort(keys, kind="stable")[:count]]


def quotas(capacities: npt.NDArray[np.int64], budget: int) -> npt.NDArray[np.int64]:
    """How many of `budget` crops each picture gives, at most its capacity each.

    Without that limit it goes with the root of the capacity: large pictures give more, but not in proportion. The
    quotas add up to the budget, or to all capacities together if that is less.
    """
    result = np.zeros_like(capacities)
    while (rest := min(budget, int(capacities.sum())) - int(result.sum())) > 0:
        weights = np.sqrt(capacities) * (result < capacities)
        share = rest * weights / weights.sum()
        step = np.minimum(np.floor(share).astype(np.int64), capacities - result)
        if not step.any():
            order = np.argsort(-share, kind="stable")[:rest]
            step[order] = np.minimum(1, (capacities - result)[order])
        result = result + step
    return result
