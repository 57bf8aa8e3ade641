"""From files to finished pictures: decoded, laid on a background, and averaged down to the size of finished frames."""

from __future__ import annotations

import warnings
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt
from PIL import Image, UnidentifiedImageError

from anime4k.training.data import vectors
from anime4k.training.data.area import averaged
from anime4k.training.data.backdrops import backdrop
from anime4k.training.data.sources import Rule

Pixels = npt.NDArray[np.uint8]

SMALLEST = 112
"""Pictures with a shorter side are not used: hardly a crop fits."""

_CLOSE = 0.9
"""A copy that is larger than this part of the one before shows nothing new."""

_OPAQUE = 0.25
"""At least this part of a picture must be opaque."""


def opened(path: Path) -> Image.Image | None:
    """The picture as RGB or RGBA, or None if it is of no use.

    Of no use are palettes, which were dithered once, grey masks, files that cannot be decoded, and vector art where it
    cannot be drawn (`vectors.available`).
    """
    if path.suffix == ".svg":
        picture = vectors.drawn(path) if vectors.available() else None
        return None if picture is None else cut_to_content(picture)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            with Image.open(path) as picture:
                if picture.mode not in ("RGB", "RGBA") or min(picture.size) < SMALLEST:
                    return None
                picture.load()
                return cut_to_content(picture)
    except (OSError, UnidentifiedImageError, ValueError):
        return None


def cut_to_content(picture: Image.Image) -> Image.Image | None:
    """Without the transparent border; None if too little of the rest is opaque, RGB if all of it is."""
    if picture.mode != "RGBA":
        return picture
    box = picture.getchannel("A").getbbox()
    if box is None:
        return None
    margin = 8
    box = (
        max(0, box[0] - margin),
        max(0, box[1] - margin),
        min(picture.width, box[2] + margin),
        min(picture.height, box[3] + margin),
    )
    picture = picture.crop(box)
    alpha = np.asarray(picture.getchannel("A"))
    if min(picture.size) < SMALLEST or float((alpha > 200).mean()) < _OPAQUE:
        return None
    return picture.convert("RGB") if int(alpha.min()) == 255 else picture


def factors(rule: Rule, size: tuple[int, int]) -> list[float]:
    """By which factors a picture of (width, height) is used, the largest first; empty if it is too small."""
    wanted = rule.factors or tuple(side / max(size) for side in rule.sides) or (rule.largest,)
    result: list[float] = []
    for factor in sorted((min(rule.largest, factor) for factor in wanted), reverse=True):
        if min(size) * factor >= SMALLEST and (not result or factor < _CLOSE * result[-1]):
            result.append(factor)
    return result


def prepared(
    picture: Image.Image, rule: Rule, others: Sequence[Image.Image], rng: np.random.Generator
) -> Iterator[tuple[float, Pixels]]:
    """(factor, 8-bit RGB) of every copy of a picture, transparent ones each on another background."""
    for factor in factors(rule, picture.size):
        whole = picture
        if picture.mode == "RGBA":
            whole = backdrop(picture.size, others, rng)
            whole.paste(picture, mask=picture.getchannel("A"))
        yield factor, averaged(np.asarray(whole), factor)
