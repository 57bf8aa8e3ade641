"""How a picture is halved or damaged in each of the conditions."""

from __future__ import annotations

import io

import numpy as np
import numpy.typing as npt
from PIL import Image

from anime4k.media import roundtrip
from anime4k.quality.resample import Kernel, half
from anime4k.training.damage import rows

from .classes import Condition, Group

Pixels = npt.NDArray[np.uint8]

KERNELS = {
    Condition.MEAN: Kernel.BOX,
    Condition.CUBIC: Kernel.CATMULL_ROM,
    Condition.LANCZOS: Kernel.LANCZOS3,
    Condition.MITCHELL: Kernel.MITCHELL,
    Condition.TRIANGLE: Kernel.TRIANGLE,
}
ROWS = dict(zip(Condition.of(Group.RESTORE), (*rows.ROWS, *rows.EXACT_ROWS), strict=True))
"""What is done to the pictures of the restoring group: the rows are in the order of the conditions."""
JPEG_QUALITY = 75
CRF = 23
HELD_FRAMES = 3


def jpeg(picture: Pixels) -> Pixels:
    """A picture after JPEG with halved chroma."""
    data = io.BytesIO()
    Image.fromarray(picture).save(data, "JPEG", quality=JPEG_QUALITY, subsampling=2)
    return np.asarray(Image.open(data).convert("RGB"))


def coded(picture: Pixels) -> Pixels:
    """A picture after H.264: the last frame of a clip in which it stands still."""
    height, width = picture.shape[:2]
    even = np.pad(picture, ((0, height % 2), (0, width % 2), (0, 0)), mode="edge")
    frames = roundtrip.roundtrip([even] * HELD_FRAMES, roundtrip.Codec.X264, (("crf", str(CRF)), ("preset", "medium")))
    return np.ascontiguousarray(frames[-1].picture[:height, :width])


def made(condition: Condition, picture: Pixels) -> Pixels:
    """A picture of even size under a condition."""
    if condition in KERNELS:
        return half(picture, KERNELS[condition])
    if condition is Condition.MEAN_JPEG:
        return jpeg(half(picture))
    if condition is Condition.MEAN_CRF23:
        return coded(half(picture))
    return ROWS[condition].make(picture)
